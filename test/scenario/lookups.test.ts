/** Scenarios: what a message costs in questions to the DNS and to policy hosts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock, makeAuthority } from '@postrider/core/testing'
import { startPolicyHost } from '../support/policy-host.ts'
import { DRAFT, openWorld } from '../support/world.ts'

test('the first message asks for MX, policy, addresses and TLSA once; those after it ask nothing until a TTL ends', async () => {
  const authority = makeAuthority()
  await using policyHost = await startPolicyHost({ domain: 'dest.test', authority })
  const clock = new FakeClock()
  await using world = await openWorld({
    authority,
    authentic: true,
    zone: { '_mta-sts.dest.test': { TXT: 'v=STSv1; id=1' }, 'mta-sts.dest.test': { A: '127.0.0.1' } },
    seams: { clock, policyPort: policyHost.port },
  })
  const port = world.mx[0]?.port
  const send = async (): Promise<string[]> => {
    const before = world.dns.queries.length
    const outcome = await (await world.mailer.send(DRAFT)).settled()
    assert.equal(outcome.delivered, true)
    return world.dns.queries.slice(before).map(({ name, type }) => `${name} ${type}`)
  }
  assert.deepEqual((await send()).sort(), [
    `_${port}._tcp.mx1.dest.test TLSA`,
    '_mta-sts.dest.test TXT',
    'dest.test MX',
    'mta-sts.dest.test A',
    'mta-sts.dest.test AAAA',
    'mx1.dest.test A',
    'mx1.dest.test AAAA',
  ])
  for (let i = 0; i < 5; i++) assert.deepEqual(await send(), [])
  // The shortest TTL is that of "there is no TLSA record".
  await clock.advance(61_000)
  assert.deepEqual((await send()).sort(), [
    `_${port}._tcp.mx1.dest.test TLSA`,
    '_mta-sts.dest.test TXT',
    'dest.test MX',
    'mx1.dest.test A',
    'mx1.dest.test AAAA',
  ])
  assert.equal(policyHost.fetches, 1, 'the policy is asked for again when its id changes, or once a day')
})
