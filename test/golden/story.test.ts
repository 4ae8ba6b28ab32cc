/**
 * Stories: what `explain` tells of a message in each state it can be in, word for word. A file of `stories/` is one story; what
 * differs from run to run (ids, ports, times) is replaced by a word. With UPDATE_GOLDEN=1 the files are written anew.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Mailer, Receipt } from '@postrider/core'
import { FakeClock, type FakeMxOptions } from '@postrider/core/testing'
import { DRAFT, openWorld, type WorldOptions } from '../support/world.ts'

const MINUTE = 60_000

interface Play {
  readonly world?: WorldOptions
  readonly answer?: FakeMxOptions['answer']
  /** @default sends the draft and waits until nothing is under way */
  readonly run?: (mailer: Mailer, clock: FakeClock) => Promise<Receipt>
}

const send = async (mailer: Mailer): Promise<Receipt> => {
  const receipt = await mailer.send(DRAFT)
  await mailer.idle()
  return receipt
}

const says =
  (verb: string, reply: string): FakeMxOptions['answer'] =>
  heard =>
    heard.verb === verb ? reply : undefined

const PLAYS: Readonly<Record<string, Play>> = {
  delivered: {},
  bounced: { answer: says('RCPT', '550 5.1.1 no such user') },
  'deferred-once': {
    answer: says('RCPT', '451 4.7.1 Greylisted, come back later'),
  },
  'deferred-then-delivered': {
    answer: ({ verb, connection }) => (verb === 'RCPT' && connection === 1 ? '421 4.3.2 shutting down' : undefined),
    run: async (mailer, clock) => {
      const receipt = await send(mailer)
      const { dueAt } = await mailer.queue.show(receipt.id)
      await clock.advance((dueAt ?? 0) - clock.now())
      await receipt.settled()
      return receipt
    },
  },
  held: {
    run: async mailer => {
      const raw = Buffer.from('From: me@sender.test\r\n\r\nHello\r\n')
      return mailer.accept(
        raw,
        { from: 'me@sender.test', to: ['you@dest.test'] },
        { hold: 'sends ten times as much as usual.' },
      )
    },
  },
  cancelled: {
    run: async (mailer, clock) => {
      const receipt = await mailer.send(DRAFT, { notBefore: clock.now() + 60 * MINUTE })
      await mailer.queue.cancel(receipt.id)
      return receipt
    },
  },
  uncertain: {
    answer: heard => (heard.verb === 'MESSAGE' && heard.connection === 1 ? 'reset' : undefined),
    run: async mailer => {
      const receipt = await send(mailer)
      await mailer.queue.retry(receipt.id)
      await receipt.settled()
      return receipt
    },
  },
  'bounced-with-notice': {
    answer: heard => (heard.address === 'you@dest.test' ? '550 5.7.26 unauthenticated sender' : undefined),
    world: {
      zone: { 'sender.test': { MX: '10 mx1.dest.test' } },
      options: { notices: { to: 'sender' } },
    },
  },
  'no-route': {
    run: async mailer => {
      const receipt = await mailer.send({ ...DRAFT, to: 'you@nowhere.test' })
      await mailer.idle()
      return receipt
    },
  },
  'waits-for-its-time': {
    run: async (mailer, clock) => mailer.send(DRAFT, { notBefore: clock.now() + 60 * MINUTE }),
  },
}

/** What differs from run to run. */
function steady(text: string, { id, messageId }: Receipt): string {
  return text
    .replaceAll(id, '(id)')
    .replaceAll(messageId, '(message-id)')
    .replace(/message [0-9A-Z]{20}\b/g, 'message (notice)')
    .replace(/\(\d+ octets and/g, '((octets) octets and')
    .replace(/SIZE=\d+/g, 'SIZE=(octets)')
    .replace(/\(\d+ bytes\)/g, '((octets) bytes)')
}

for (const [name, { world: wish = {}, answer, run = send }] of Object.entries(PLAYS)) {
  test(`the story of a message: ${name}`, async () => {
    const clock = new FakeClock()
    await using world = await openWorld({
      ...wish,
      hosts: [answer === undefined ? {} : { answer }],
      seams: { clock, random: () => 0.5 },
    })
    const receipt = await run(world.mailer, clock)
    const { lines } = await world.mailer.explain(receipt.id)
    const told = lines.map(({ at, text, detail }) =>
      [
        `${new Date(at).toISOString()}  ${text}`,
        ...(detail === undefined ? [] : detail.split('\n').map(line => `    ${line}`)),
      ].join('\n'),
    )
    const story = steady(`${told.join('\n')}\n`, receipt)
    const file = join(import.meta.dirname, 'stories', `${name}.txt`)
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, story)
    assert.equal(story, readFileSync(file, 'utf8'))
    // A journal of the world without its secrets: no message text is in any story.
    assert.doesNotMatch(story, /It works/)
  })
}
