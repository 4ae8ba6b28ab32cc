/**
 * Plays every script of dialogue/ as the server, with the real client, pool and transmitter on the other side.
 *
 * A script begins with notes: `recipients`, `messages` (how many, one after the other), `level` of TLS, `login`, `message`
 * (`eight-bit`), `limit` (messages per connection), `recipients-per-transaction`, and `expect`: for each message what is
 * seen, such as `0=250@final-dot 1=550@rcpt loss=closed@data`, with `|` between messages; also `refusal=554@greeting`,
 * `tls`, `plain` (it fell back), `reused`, and `uncertain` (the mark of the final dot still stands).
 * A line that begins with == starts the script of the next connection.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createTransmitter, SessionPool } from '../packages/core/src/deliver/index.ts'
import type { Evidence } from '../packages/core/src/model/evidence.ts'
import type { TlsLevel } from '../packages/core/src/model/route.ts'
import { type Dialogue, parseDialogue } from '../packages/core/src/testing/dialogue.ts'
import { FakeClock } from '../packages/core/src/testing/fake-clock.ts'
import { startFakeMx } from '../packages/core/src/testing/fake-mx.ts'
import { type HopOptions, hopTo, jobFor } from '../packages/core/src/testing/parcel.ts'

const folder = new URL('./dialogue/', import.meta.url)
/** More than the deadline of a connection, less than any deadline of a reply: who waits so long is past connecting. */
const CONNECTED_MS = 60_000

for (const name of readdirSync(folder).sort()) {
  const script = readFileSync(new URL(name, folder), 'utf8')
  test(`${name}: ${/^# (.*)/.exec(script)?.[1]}`, { timeout: 60_000 }, () => play(script))
}

async function play(script: string): Promise<void> {
  const dialogues = script.split(/^==.*$/m).map(parseDialogue)
  const notes = (dialogues[0] as Dialogue).notes
  const clock = new FakeClock()
  await using mx = await startFakeMx({
    dialogues,
    waits: async ms => {
      await clock.armed(CONNECTED_MS)
      await clock.advance(Number(ms))
    },
  })
  const pool = new SessionPool({ clock, record: () => {} })
  const { transmit } = createTransmitter({ pool, clock })
  const eightBit = notes.get('message') === 'eight-bit'
  const content = Buffer.from(`Subject: hi\r\n\r\nHello${eightBit ? ' ü' : ''}.\r\n.a dot\r\n..two\r\n`)
  const job = jobFor(content, (notes.get('recipients') ?? '').split(/, */))
  const parcel = { job: { ...job, facts: { ...job.facts, eightBit } }, recipients: job.recipients, content }
  const hop = hopTo(mx, wishOf(notes))

  const expected = (notes.get('expect') ?? 'nothing').split(' | ')
  assert.equal(expected.length, Number(notes.get('messages') ?? 1), 'one expectation for each message')
  for (const [at, expectation] of expected.entries()) {
    let marks = 0
    const enterFinalDot = (): (() => void) => {
      marks++
      return () => marks--
    }
    const evidence = await transmit({ ...parcel, enterFinalDot }, hop, new AbortController().signal)
    const context = `message ${at + 1}, after\n${evidence.transcript?.join('\n')}\n${evidence.loss?.detail}\n${mx.faults.join('\n')}`
    assert.equal([...seen(evidence), ...(marks === 0 ? [] : ['uncertain'])].join(' '), expectation, context)
    const clean = evidence.answers.every(({ reply }) => reply.code < 400) && !evidence.loss && !evidence.refusal
    assert.equal(evidence.transcript === undefined, clean, 'a transcript is kept exactly when something went wrong')
  }
  await pool.close()
  await mx.quiet()
  assert.deepEqual(mx.faults, [])
  assert.equal(mx.connections, dialogues.length, 'connections')
  for (const message of mx.messages) assert.deepEqual(message.content, content)
}

function wishOf(notes: ReadonlyMap<string, string>): HopOptions {
  const login = notes.get('login')?.split(' ')
  const messages = notes.get('limit')
  const recipients = notes.get('recipients-per-transaction')
  return {
    level: (notes.get('level') ?? 'opportunistic') as TlsLevel,
    ...(login === undefined ? {} : { login: { user: login[0] ?? '', password: login[1] ?? '' } }),
    limits: {
      ...(messages === undefined ? {} : { messagesPerConnection: Number(messages) }),
      ...(recipients === undefined ? {} : { recipientsPerTransaction: Number(recipients) }),
    },
  }
}

function seen(evidence: Evidence): string[] {
  const answers = evidence.answers.toSorted((one, other) => one.recipient - other.recipient)
  const words = answers.map(({ recipient, reply, stage }) => `${recipient}=${reply.code}@${stage}`)
  if (evidence.loss !== undefined) words.push(`loss=${evidence.loss.code}@${evidence.loss.stage}`)
  if (evidence.refusal !== undefined) words.push(`refusal=${evidence.refusal.reply.code}@${evidence.refusal.stage}`)
  if (evidence.tls !== undefined) words.push('tls')
  if (evidence.fellBackToPlain !== undefined) words.push('plain')
  if (evidence.sessionReused) words.push('reused')
  return words
}
