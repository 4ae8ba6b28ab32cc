/** Scenarios: what a simulated provider has against one address, sender or domain, and all others that go there beside it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MailerOptions, MailerSeams } from '@postrider/core'
import { FakeClock, makeAuthority, type ProviderSimulator, simulateProvider } from '@postrider/core/testing'
import { startPolicyHost } from '../support/policy-host.ts'
import { openWorld, type World, type WorldOptions } from '../support/world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A mailer that knows the provider by its host, and by nothing else. */
function worldOf(
  { host, address, port }: ProviderSimulator,
  { zone, options, seams, ...more }: WorldOptions & { readonly options?: MailerOptions; readonly seams?: MailerSeams },
): Promise<World> {
  const delivery = { port, warmUp: 'off', ...options?.delivery } as const
  return openWorld({
    hosts: ['down'],
    zone: { 'dest.test': { MX: [`10 ${host}`] }, [host]: { A: [address] }, ...zone },
    options: { ...options, delivery },
    ...(seams !== undefined && { seams }),
    ...more,
  })
}

const draft = (from: string, to = 'you@dest.test') => ({ from, to, subject: 'Hello', text: 'Hello.\n' })

test('two senders, one over its quota: what the other sends is delivered at once', async () => {
  const clock = new FakeClock()
  await using simulator = await simulateProvider('netease', { clock, seed: 16 })
  const quota = simulator.hidden.quotas.find(({ of, perMs }) => of === 'sender' && perMs < HOUR)?.first ?? 0
  await using world = await worldOf(simulator, { seams: { clock, random: () => 0.5 } })
  const { mailer } = world
  for (let n = 0; n < quota + 20; n++) await mailer.send(draft('me@over.test'))
  await mailer.idle()
  assert.equal(simulator.counts.taken, quota)
  const refused = simulator.counts.deferred
  assert.ok(refused >= 1 && refused <= 10, `${refused} were refused, of those under way together`)
  for (let n = 0; n < 20; n++) await mailer.send(draft('me@under.test'))
  await mailer.idle()
  assert.equal(simulator.counts.taken, quota + 20)
  assert.equal(simulator.counts.deferred, refused, 'nobody asks for who is over')
  for (let hours = 0; hours < 8; hours++) {
    await clock.advance(HOUR)
    await mailer.idle()
  }
  assert.equal(simulator.counts.taken, quota + 40)
})

test('a restart inside a pause: who comes after asks nobody before it is over', async () => {
  const clock = new FakeClock()
  await using simulator = await simulateProvider('yahoo', { clock, seed: 13 })
  await using world = await worldOf(simulator, { seams: { clock, random: () => 0.5 } })
  const quota = Math.min(...simulator.hidden.quotas.map(({ first }) => first))
  for (let n = 0; n < quota + 5; n++) await world.mailer.send(draft('me@sender.test'))
  await world.mailer.idle()
  assert.equal(simulator.counts.taken, quota)
  const { connections } = simulator.counts
  await world.mailer.close()
  const next = await world.another()
  await next.send(draft('me@other.test'))
  await next.idle()
  await clock.advance(HOUR)
  await next.idle()
  assert.equal(simulator.counts.connections, connections)
  for (let hours = 0; hours < 12; hours++) {
    await clock.advance(HOUR)
    await next.idle()
  }
  assert.equal(simulator.counts.taken, quota + 6)
  assert.equal(simulator.trust('address', '127.0.0.1'), 1)
})

test('two of our addresses, one on its block list: all leaves from the other, and the first is not tried with each message', async () => {
  const blocked = ['127.0.0.1']
  const clock = new FakeClock()
  await using simulator = await simulateProvider('outlook', { clock, blocked })
  const options = { egress: { addresses: ['127.0.0.1', '127.0.0.2'] } }
  await using world = await worldOf(simulator, { options, seams: { clock, random: () => 0.5 } })
  for (let n = 0; n < 30; n++) await world.mailer.send(draft('me@sender.test', `u${n}@dest.test`))
  await world.mailer.idle()
  assert.equal(simulator.counts.taken, 30)
  assert.ok(simulator.counts.refused <= 5, `${simulator.counts.refused} from the address that is blocked`)
  const { refused } = simulator.counts
  for (let n = 0; n < 30; n++) await world.mailer.send(draft('me@sender.test', `v${n}@dest.test`))
  await world.mailer.idle()
  assert.equal(simulator.counts.taken, 60)
  assert.equal(simulator.counts.refused, refused)
})

test('a bad MTA-STS of a stranger on a shared site: his mail waits, and that of others does not', async () => {
  const clock = new FakeClock(Date.now())
  const authority = makeAuthority()
  await using policyHost = await startPolicyHost({ domain: 'bad.test', authority, mx: 'elsewhere.test' })
  await using simulator = await simulateProvider('gmail', { clock })
  await using world = await worldOf(simulator, {
    authority,
    zone: {
      'bad.test': { MX: [`10 ${simulator.host}`] },
      '_mta-sts.bad.test': { TXT: 'v=STSv1; id=1' },
      'mta-sts.bad.test': { A: '127.0.0.1' },
    },
    seams: { clock, random: () => 0.5, policyPort: policyHost.port },
  })
  const { mailer } = world
  const bad = await mailer.send(draft('me@sender.test', 'you@bad.test'))
  await mailer.idle()
  assert.equal(policyHost.fetches, 1)
  assert.equal(simulator.counts.connections, 0)
  for (let n = 0; n < 10; n++) await mailer.send(draft('me@sender.test'))
  await mailer.idle()
  assert.equal(simulator.counts.taken, 10)
  assert.deepEqual(await mailer.queue.pausedSites(), [])
  await clock.advance(DAY)
  await mailer.idle()
  const [waiting] = (await mailer.queue.show(bad.id)).recipients
  assert.equal(waiting?.state, 'deferred')
  assert.equal(simulator.counts.taken, 10)
})
