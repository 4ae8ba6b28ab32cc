/** Whatever a server says, and whenever it hangs up, there is evidence, and it is whole. */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { FakeClock } from '../testing/fake-clock.ts'
import { hopTo, jobFor } from '../testing/parcel.ts'
import { SessionPool } from './pool.ts'
import { createTransmitter } from './transmit.ts'

const content = Buffer.from('Subject: hi\r\n\r\nhello\r\n')
const recipients = ['a@example.test', 'b@example.test', 'c@example.test']

/** Of the event loop: more than a client needs. */
const TURNS_TO_ANSWER = 30
const LONGEST_DEADLINE_MS = 600_000

/** What one connection says, one entry for each time that something comes in; then it hangs up. */
type Turns = readonly string[]

const reply = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('250 ok', '250 2.1.0 ok', '354 go', '220 hi', '250-mx\r\n250 PIPELINING') },
  {
    weight: 3,
    arbitrary: fc.constantFrom('421 4.7.0 bye', '450 4.2.1 no', '452 4.5.3 many', '550 5.1.1 no', '554 no'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('250-half', '', '200', '999 what', 'HTTP/1.1 200 OK', '250 LIMITS RCPTMAX=1'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('250-mx\r\n250 LIMITS RCPTMAX=1', '250-mx\r\n250-PIPELINING\r\n250 LIMITS RCPTMAX=2'),
  },
)
const turn = fc.array(reply, { maxLength: 6 }).map(lines => lines.map(line => `${line}\r\n`).join(''))
const turns: fc.Arbitrary<Turns> = fc
  .tuple(fc.constantFrom('220 hi\r\n', '220 hi\r\n', '554 no\r\n', ''), fc.array(turn, { maxLength: 8 }))
  .map(([greeting, rest]) => [greeting, ...rest])

test('every recipient has one answer, or there is a loss or a refusal; no dot was acknowledged that was not sent', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(turns, { minLength: 1, maxLength: 3 }), async connections => {
      const clock = new FakeClock()
      let connection = 0
      let dots = 0
      const server = createServer({ noDelay: true }, socket => {
        const said = connections[Math.min(connection++, connections.length - 1)] ?? []
        let next = 0
        let heard = ''
        const say = (): void => {
          const text = said[next++]
          if (text === undefined) socket.end()
          else if (text === '') say()
          else {
            socket.write(text)
            wait(next, TURNS_TO_ANSWER)
          }
        }
        // A client that heard too little waits for its deadline; we bring that about.
        const wait = (at: number, left: number): void => {
          if (next !== at || socket.destroyed) return
          if (left === 0) void clock.advance(LONGEST_DEADLINE_MS)
          else setImmediate(() => wait(at, left - 1))
        }
        socket.on('error', () => {})
        socket.on('data', octets => {
          heard += octets
          if (heard.endsWith('\r\n.\r\n')) dots++
          say()
        })
        say()
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const pool = new SessionPool({ clock, record: () => {} })
      const { transmit } = createTransmitter({ pool, clock })
      const job = jobFor(content, recipients)
      const port = (server.address() as AddressInfo).port
      const hop = hopTo({ name: 'mx.example.test', address: '127.0.0.1', port }, { level: 'none' })
      const parcel = { job, recipients: job.recipients, content, enterFinalDot: () => () => {} }
      try {
        for (let message = 0; message < 2; message++) {
          dots = 0
          const { answers, loss, refusal, transcript } = await transmit(parcel, hop, new AbortController().signal)
          assert.equal(new Set(answers.map(answer => answer.recipient)).size, answers.length)
          if (answers.length < recipients.length) assert.ok(loss !== undefined || refusal !== undefined)
          if (loss !== undefined || refusal !== undefined) assert.ok(transcript !== undefined)
          if (answers.some(answer => answer.stage === 'final-dot')) assert.ok(dots > 0)
          for (const answer of answers)
            assert.ok(answer.reply.code >= 200 && !(answer.reply.code >= 300 && answer.reply.code < 400))
        }
      } finally {
        pool.destroy(new Error('over'))
        server.close()
        await once(server, 'close')
      }
    }),
    { numRuns: 150 },
  )
})
