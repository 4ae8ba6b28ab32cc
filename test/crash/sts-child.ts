/**
 * STS child: a process that learns the MTA-STS policies of one domain after the other, says which ones it acted on, and is
 * killed by its parent in the middle of it.
 */
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { seededRandom } from '../../packages/core/src/ambient/random.ts'
import type { Domain } from '../../packages/core/src/model/address.ts'
import { createRouter, filePolicyStorage } from '../../packages/core/src/route/index.ts'
import { createFakeDns } from '../../packages/core/src/testing/fake-dns.ts'
import { say } from '../support/say.ts'

const path = process.argv[2] as string
const router = createRouter({
  resolver: createFakeDns({
    '*.dest.test': { MX: '10 mx.dest.test' },
    'mx.dest.test': { A: '192.0.2.1' },
    ...Object.fromEntries(
      Array.from({ length: 500 }, (_, i) => [`_mta-sts.d${i}.dest.test`, { TXT: `v=STSv1; id=${i}` }]),
    ),
  }),
  clock: systemClock,
  random: seededRandom(1),
  egress: () => ({ hostname: 'out.sender.test' as Domain, sources: [] }),
  mtaSts: {
    storage: filePolicyStorage(path),
    fetchPolicy: async () => ({
      kind: 'fetched',
      text: 'version: STSv1\nmode: enforce\nmx: mx.dest.test\nmax_age: 86400\n',
    }),
  },
})
const learn = async (i: number): Promise<void> => {
  const needs = { requireTls: false, tlsRequiredNo: false }
  const route = await router.findRoute(`d${i}.dest.test` as Domain, needs, new AbortController().signal)
  if (route.kind !== 'route' || route.hops[0]?.tls.level !== 'verified') throw new Error('the policy was not applied')
  say(`known d${i}.dest.test`)
}
for (let i = 0; i < 500; i += 5) await Promise.all([0, 1, 2, 3, 4].map(more => learn(i + more)))
// Whoever is slow to kill it finds it alive.
setInterval(() => {}, 60_000)
