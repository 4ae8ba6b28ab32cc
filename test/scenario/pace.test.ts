/**
 * Scenarios: what a large provider says of our volume is obeyed by whom it names, and by nobody else.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Fact } from '@postrider/core'
import { FakeClock, type FakeMxOptions } from '@postrider/core/testing'
import { openWorld, type World } from '../support/world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

type Answer = NonNullable<FakeMxOptions['answer']>

/** `dest.test` is hosted by a provider, whose one host is ours. */
function at(provider: string, answer: Answer): { hosts: FakeMxOptions[]; zone: Record<string, object> } {
  return { hosts: [{ answer }], zone: { 'dest.test': { MX: [`10 ${provider}`] }, [provider]: { A: ['127.0.0.11'] } } }
}
const GOOGLE = 'gmail-smtp-in.l.google.com'
const NETEASE = 'mx.netease.com'
const QQ = 'mx3.qq.com'

const arrived = ({ mx }: World): string[] =>
  (mx[0]?.messages ?? []).map(({ content }) => /^Subject: (.*)$/m.exec(String(content))?.[1]?.trim() ?? '').toSorted()

suite('what a provider says of our volume', () => {
  test('4.7.28 about a link stops mail with that link, encoded or not, and no other', async () => {
    const clock = new FakeClock()
    let told = 0
    await using world = await openWorld({
      ...at(GOOGLE, ({ verb, message }) =>
        verb === 'MESSAGE' && message?.content.includes('Subject: first') && told++ === 0
          ? '421 4.7.28 Gmail has detected an unusual rate of mail containing one of your URL domains [bad.example 36].'
          : undefined,
      ),
      seams: { clock, random: () => 0.5 },
    })
    const facts: Fact[] = []
    world.mailer.on('pace-held', fact => facts.push(fact))
    const send = (subject: string, text: string) =>
      world.mailer.send({ from: 'me@sender.test', to: 'you@dest.test', subject, text })
    const first = await send('first', 'look at http://bad.example/x')
    await world.mailer.idle()
    await send('same link', 'look at https://www.bad.example/y')
    await send('same link in base64', `\u{1f600} ${'ü'.repeat(200)} https://bad.example/z`)
    await send('another link', 'look at http://good.example/ and notbad.example, bad.example.net')
    await world.mailer.idle()
    assert.deepEqual(arrived(world), ['another link'])
    assert.deepEqual(
      facts.map(fact => fact.kind === 'pace-held' && [fact.site, fact.key]),
      [['google', 'link bad.example']],
    )
    assert.deepEqual(await world.mailer.queue.pausedSites(), [])
    assert.equal((await world.mailer.queue.show(first.id)).recipients[0]?.attempts, 1)
    await clock.advance(15 * MINUTE)
    await world.mailer.idle()
    // One of the three goes to find out whether it is over, and the others when it was not told the same.
    assert.equal(arrived(world).length, 2)
    for (let minute = 0; minute < 60 && arrived(world).length < 4; minute++) {
      await clock.advance(MINUTE + 1)
      await world.mailer.idle()
    }
    assert.deepEqual(arrived(world), ['another link', 'first', 'same link', 'same link in base64'])
  })

  test("QQ's sender frequency holds that sender, also after a restart, and not the other", async () => {
    const clock = new FakeClock()
    await using world = await openWorld({
      ...at(QQ, ({ verb, line }) =>
        verb === 'MAIL' && line.includes('@over.test') ? '550 Sender frequency limited' : undefined,
      ),
      seams: { clock, random: () => 0.5 },
    })
    const send = (from: string, subject: string) => world.mailer.send({ from, to: 'you@dest.test', subject, text: 'x' })
    await send('me@over.test', 'over')
    await world.mailer.idle()
    for (let n = 0; n < 3; n++) await send('me@over.test', 'over again')
    await send('me@under.test', 'under')
    await world.mailer.idle()
    assert.deepEqual(arrived(world), ['under'])
    await world.mailer.close()
    const next = await world.another({}, { clock, random: () => 0.5 })
    await next.send({ from: 'you@over.test', to: 'you@dest.test', subject: 'over still', text: 'x' })
    await next.send({ from: 'me@under.test', to: 'you@dest.test', subject: 'under', text: 'x' })
    await next.idle()
    assert.deepEqual(arrived(world), ['under', 'under'])
    const asked = (await next.queue.list({})).map(({ recipients }) => recipients[0]?.attempts).toSorted()
    assert.deepEqual(asked, [0, 0, 0, 0, 1], 'who is held is not asked')
  })

  test('a connection that served enough is followed by another at once, and how much it bears is learnt', async () => {
    const perConnection = new Map<number, number>()
    await using world = await openWorld({
      ...at(NETEASE, ({ verb, connection }) => {
        if (verb !== 'MAIL') return undefined
        const served = (perConnection.get(connection) ?? 0) + 1
        perConnection.set(connection, served)
        return served > 3 ? '451 MI:DMC 163 smtp1,too many mails' : undefined
      }),
      options: { providers: [{ id: 'netease', connections: 1 }] },
    })
    const facts: Fact['kind'][] = []
    for (const kind of ['site-paused', 'site-narrowed', 'deferred'] as const)
      world.mailer.on(kind, fact => facts.push(fact.kind))
    for (let n = 0; n < 14; n++)
      await world.mailer.send({ from: 'me@sender.test', to: 'you@dest.test', subject: `${n}`, text: 'x' })
    await world.mailer.idle()
    assert.equal(arrived(world).length, 14)
    assert.deepEqual(facts, [], 'nobody waited')
    // Whoever is let in between the reply and its judgement finds out the same.
    const [first = 0, ...later] = perConnection.values()
    assert.ok(first <= 5, String(first))
    assert.deepEqual(later, [3, 3, 3, 2])
  })

  test('a pause outlives the process: who comes after it asks nobody before it is over', async () => {
    const clock = new FakeClock()
    let connections = 0
    let shut = true
    await using world = await openWorld({
      ...at(GOOGLE, ({ verb }) => {
        if (verb === 'CONNECT') connections++
        return shut && verb === 'MAIL'
          ? '421 4.7.28 Gmail has detected an unusual rate of mail from your IP address [192.0.2.1 19]'
          : undefined
      }),
      seams: { clock, random: () => 0.5 },
    })
    const draft = { from: 'me@sender.test', to: 'you@dest.test', subject: 'x', text: 'x' }
    await world.mailer.send(draft)
    await world.mailer.idle()
    const [paused] = await world.mailer.queue.pausedSites()
    assert.deepEqual([paused?.site, paused?.source], ['google', 'out.sender.test/4'])
    await world.mailer.close()
    const before = connections
    shut = false
    const next = await world.another({}, { clock, random: () => 0.5 })
    await next.send(draft)
    await next.idle()
    assert.equal(connections, before, 'nobody is asked')
    await clock.advance(HOUR)
    await next.idle()
    assert.equal(arrived(world).length, 2)
    assert.deepEqual(await next.queue.pausedSites(), [])
  })

  test('of two addresses, one that the provider has blocked is left out there alone, and the other keeps its speed', async () => {
    const clock = new FakeClock()
    const asked: string[] = []
    let blocked = true
    await using world = await openWorld({
      ...at(GOOGLE, ({ verb, peer }) => {
        if (verb !== 'MAIL') return undefined
        asked.push(peer)
        return blocked && peer === '127.0.0.2'
          ? '550 5.7.1 blocked using zen.spamhaus.org, 127.0.0.2 is listed'
          : undefined
      }),
      options: { egress: { addresses: ['127.0.0.2', '127.0.0.3'] }, delivery: { warmUp: 'off' } },
      seams: { clock, random: () => 0.5 },
    })
    // Each domain has an address of its own; here are some of both.
    const domains = Array.from({ length: 12 }, (_, n) => `d${n}.test`)
    for (const domain of domains) world.dns.set(domain, { MX: [`10 ${GOOGLE}`] })
    const round = async (subject: string): Promise<string[]> => {
      asked.length = 0
      for (const domain of domains) {
        await world.mailer.send({ from: 'me@sender.test', to: `you@${domain}`, subject, text: 'x' })
        await world.mailer.idle()
      }
      return asked.toSorted()
    }
    assert.equal(new Set(await round('first')).size, 2)
    const second = await round('second')
    assert.deepEqual(new Set(second), new Set(['127.0.0.3']), 'whose address is blocked goes from the other')
    assert.equal(second.length, 12)
    assert.equal(arrived(world).filter(subject => subject === 'second').length, 12)
    blocked = false
    await clock.advance(13 * HOUR)
    await world.mailer.idle()
    assert.equal(arrived(world).length, 24)
    assert.equal(new Set(await round('third')).size, 2, 'and comes back to its own')
  })

  test('an address that the machine has lost is told once, and the others take its mail over', async () => {
    const clock = new FakeClock()
    await using world = await openWorld({
      ...at(GOOGLE, () => undefined),
      // 192.0.2.0/24 is for documentation (RFC 5737): nobody has it.
      options: { egress: { addresses: ['127.0.0.2', '192.0.2.77'] }, delivery: { warmUp: 'off' } },
      seams: { clock, random: () => 0.5 },
    })
    const lost: Fact[] = []
    world.mailer.on('source-lost', fact => lost.push(fact))
    for (let n = 0; n < 12; n++) {
      world.dns.set(`d${n}.test`, { MX: [`10 ${GOOGLE}`] })
      await world.mailer.send({ from: 'me@sender.test', to: `you@d${n}.test`, subject: 'x', text: 'x' })
      await world.mailer.idle()
    }
    await clock.advance(2 * MINUTE)
    await world.mailer.idle()
    assert.equal(arrived(world).length, 12)
    assert.deepEqual(
      lost.map(fact => fact.kind === 'source-lost' && fact.address),
      ['192.0.2.77'],
    )
  })
})
