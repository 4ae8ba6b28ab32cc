/**
 * Fuzz of delivery: mail hosts that break every rule at random, and what may never follow from it. The mailer is whole, the
 * sockets are real, the seed is told with a failure.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@postrider/core'
import type { FakeMxOptions } from '@postrider/core/testing'
import { seededRandom } from '../../packages/core/src/ambient/random.ts'
import { openWorld } from '../support/world.ts'

const MESSAGES = 60
/** A server that leaves us waiting is given up soon. */
const STEP_MS = 500
const SHORT = {
  greetingMs: STEP_MS,
  ehloMs: STEP_MS,
  tlsMs: STEP_MS,
  mailMs: STEP_MS,
  rcptMs: STEP_MS,
  dataMs: STEP_MS,
  bodyMs: STEP_MS,
  finalDotMs: STEP_MS,
  quitMs: STEP_MS,
}
const WILD_ROUNDS = 6

const TRICKS = [
  'close',
  'reset',
  '421 4.3.2 going down',
  '450 4.2.1 not now',
  '451-4.7.1 one\r\n451 4.7.1 two',
  '452 4.5.3 too many recipients',
  '550 5.1.1 no such user',
  '554 5.7.1 refused',
  '250 ok\r\n250 and once more',
  '354 what?',
  '220 hello?',
  'no smtp at all',
  '999 beyond',
  `250-${'x'.repeat(3_000)}`,
  '250',
] as const

for (const seed of [1, 2, 3, 4]) {
  test(`whatever mail hosts do, no message is lost, and none goes twice untold (seed ${seed})`, async () => {
    const random = seededRandom(seed)
    let wild = true
    let passed = 0
    /** Copies that a server took, by subject: it said 2yz, or broke off with the message in its hands. */
    const taken = new Map<string, number>()
    const answer: FakeMxOptions['answer'] = ({ verb, message }) => {
      const trick = wild && random() < 0.12 ? TRICKS[Math.floor(random() * TRICKS.length)] : undefined
      if (verb === 'MESSAGE' && (trick === undefined || /^2|^close|^reset/.test(trick))) {
        const subject = /^Subject: (.*)\r$/m.exec(message?.content.toString() ?? '')?.[1] ?? ''
        for (const { address } of message?.recipients ?? []) {
          const copy = `${subject} ${address}`
          taken.set(copy, (taken.get(copy) ?? 0) + 1)
        }
      }
      return trick
    }
    await using world = await openWorld({
      hosts: [
        { answer },
        { answer, capabilities: ['8BITMIME'] },
        { answer, certificate: false, capabilities: ['PIPELINING', 'LIMITS MAILMAX=3 RCPTMAX=2'] },
      ],
      seams: {
        random,
        clock: { ...systemClock, now: () => Date.now() + passed, monotonic: () => performance.now() + passed },
      },
      options: { delivery: { timeouts: SHORT } },
    })
    const receipts = await Promise.all(
      Array.from({ length: MESSAGES }, (_, index) =>
        world.mailer.send({
          from: 'me@sender.test',
          to: ['a', 'b', 'c'].slice(0, 1 + (index % 3)).map(user => `${user}${index}@dest.test`),
          subject: `message ${index}`,
          text: '.\n..\nIt works.\n'.repeat(1 + (index % 5)),
        }),
      ),
    )
    for (let round = 0; round < WILD_ROUNDS + 4; round++) {
      wild = round < WILD_ROUNDS
      // So that a site that is paused is open again. What is under way has been asleep for an hour.
      passed += 3_600_000
      await world.mailer.idle()
      await world.mailer.queue.flush()
    }
    for (const [index, receipt] of receipts.entries()) {
      const outcome = await receipt.settled({ signal: AbortSignal.timeout(60_000) })
      const { facts } = await world.mailer.explain(receipt.id)
      const uncertain = new Set(facts.flatMap(({ fact }) => (fact.kind === 'uncertain' ? fact.recipients : [])))
      for (const { address, state } of outcome.recipients) {
        const copies = taken.get(`message ${index} ${address}`) ?? 0
        const story = `seed ${seed}: ${address} ${state}, ${copies} copies, ${facts.map(({ fact }) => fact.kind)}`
        if (state === 'delivered') assert.ok(copies >= 1, story)
        if (!uncertain.has(address)) assert.equal(copies, state === 'delivered' ? 1 : 0, story)
      }
    }
    assert.equal((await world.mailer.queue.counts()).messages, 0)
  })
}
