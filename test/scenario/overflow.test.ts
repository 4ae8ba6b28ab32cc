/** Scenarios: what would wait too long for its turn goes through another server, and what need not wait does not. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Fact } from '@postrider/core'
import { FakeClock, type FakeMxOptions } from '@postrider/core/testing'
import { openWorld, type World } from '../support/world.ts'

const GOOGLE = 'gmail-smtp-in.l.google.com'
const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)

type Answer = NonNullable<FakeMxOptions['answer']>

/** A host of Google, and a smarthost that takes what it has no room for. */
async function openOverflow(answers: Answer = () => undefined, afterMs = HOUR) {
  const clock = new FakeClock(START)
  // Both share one port, which is known when the first listens.
  const world = await openWorld({
    hosts: [{}, { answer: answers }],
    zone: { 'dest.test': { MX: [`10 ${GOOGLE}`] }, [GOOGLE]: { A: ['127.0.0.11'] } },
    seams: { clock, random: () => 0.5 },
  })
  await world.mailer.close()
  const port = world.mx[0]?.port ?? 0
  const overflow = { host: 'mx2.dest.test', port, tls: 'opportunistic' as const, afterMs }
  const mailer = await world.another({ egress: { overflow } })
  return { clock, world, mailer }
}

const at = ({ mx }: World): readonly number[] => mx.map(({ messages }) => messages.length)

suite('overflow', () => {
  test('takes what would wait too long, and nothing that has room; high priority goes the usual way', async () => {
    const { world, mailer } = await openOverflow()
    await using _ = world
    const ids: string[] = []
    const send = async (count: number, priority: 'high' | 'normal'): Promise<void> => {
      for (let n = 0; n < count; n++) {
        const draft = { from: 'me@sender.test', to: `you${ids.length}@dest.test`, subject: 'x', text: 'x' }
        ids.push((await mailer.send(draft, { priority })).id)
      }
      await mailer.idle()
    }
    // An address and a sender of nobody's acquaintance have 150 places in a day, 120 of them in its first hour.
    await send(170, 'normal')
    const [direct = 0, over = 0] = at(world)
    assert.equal(direct, 120)
    // For thirty more there is room within the next hour.
    assert.equal(over, 20)
    await send(20, 'high')
    assert.deepEqual(at(world), [140, 20], 'what is urgent has room of its own')
    const stories = await Promise.all(ids.slice(0, 170).map(id => mailer.explain(id)))
    const told = stories.flatMap(({ lines }) => lines.map(({ detail = '' }) => detail))
    assert.equal(
      told.filter(detail => /left through mx2\.dest\.test, because it would have waited/.test(detail)).length,
      20,
    )
  })

  test('loses nothing where the other server is in trouble: it waits for its turn, and is no attempt', async () => {
    const { clock, world, mailer } = await openOverflow(({ verb }) => (verb === 'MAIL' ? '451 4.3.0 later' : undefined))
    await using _ = world
    const facts: Fact[] = []
    mailer.on('*', fact => facts.push(fact))
    for (let n = 0; n < 160; n++)
      await mailer.send({ from: 'me@sender.test', to: `you${n}@dest.test`, subject: 'x', text: 'x' })
    await mailer.idle()
    assert.deepEqual(at(world), [120, 0])
    assert.equal(facts.filter(({ kind }) => kind === 'deferred').length, 0)
    const waiting = facts.flatMap(fact => (fact.kind === 'waiting' ? [fact.messageId] : []))
    assert.equal(waiting.length, 40)
    // What is counted is written a few seconds later.
    await clock.advance(6_000)
    while ((await mailer.queue.reputation()).length === 0) await mailer.idle()
    const [next] = (await mailer.explain(waiting[0] ?? '')).lines.slice(-1)
    assert.match(
      next?.text ?? '',
      /you\d+@dest\.test, at 2026-.* in turn: google takes 150 recipients a day of senders at sender\.test/,
    )
    for (let hours = 0; hours < 48; hours++) {
      await clock.advance(HOUR)
      await mailer.idle()
    }
    assert.deepEqual(at(world), [160, 0])
  })
})
