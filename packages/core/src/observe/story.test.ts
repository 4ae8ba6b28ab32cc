import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireDomain } from '../model/address.ts'
import type { DurableFact, NumberedFact } from '../model/fact.ts'
import { makeQueueId } from '../model/queue-id.ts'
import { type StoryEntry, tellStory } from './story.ts'

const START = Date.parse('2026-01-02T03:04:05Z')
const id = makeQueueId(START)
const domain = requireDomain('example.org', 'test')

const queued: DurableFact = {
  kind: 'queued',
  messageId: id,
  at: START,
  from: 'shop@example.org',
  recipients: ['joe@example.com'],
  header: '<1@example.org>',
  sizeBytes: 2048,
  clearance: {
    result: 'warned',
    envelopeDomain: domain,
    fromDomain: domain,
    publicAddresses: [],
    checks: [
      { id: 'dmarc.exists', level: 'warn', found: 'no record', wanted: 'one', fix: '_dmarc TXT "v=DMARC1; p=none"' },
      { id: 'spf.exists', level: 'ok', found: 'yes', wanted: 'one' },
    ],
  },
}
const deferred: DurableFact = {
  kind: 'deferred',
  messageId: id,
  at: START + 2000,
  recipient: 'joe@example.com',
  attempt: 1,
  host: 'smtp.google.com',
  address: '192.0.2.1',
  reply: '450 4.7.23 no PTR',
  code: 'reverse-dns',
  scope: 'domain',
  permanence: 'transient',
  stage: 'final-dot',
  rule: 'google.ptr',
  detail: 'Gmail defers all mail from an address without a reverse name.',
  remedy: 'host.ptr-confirmed',
  transcript: ['C: DATA', 'S: 450 4.7.23 no PTR'],
  nextAttemptAt: START + 3_602_000,
}
const delivered: DurableFact = {
  kind: 'delivered',
  messageId: id,
  at: START + 3_602_500,
  recipient: 'joe@example.com',
  attempt: 2,
  host: 'smtp.google.com',
  address: '192.0.2.1',
  reply: '250 2.0.0 OK',
  tls: { protocol: 'TLSv1.3', cipher: 'x', verified: 'pkix', resumed: false, policy: 'mta-sts' },
  tookMs: 3_602_500,
}
const waiting: StoryEntry = {
  id,
  expiresAt: START + 432_000_000,
  dueAt: START + 3_602_000,
  recipients: [{ address: 'joe@example.com', state: 'deferred', attempts: 1 }],
}
const remedies = (id: string): string | undefined =>
  id === 'host.ptr-confirmed' ? 'Give the address a reverse name that resolves back to it.' : undefined

function numbered(...facts: readonly DurableFact[]): readonly NumberedFact[] {
  return facts.map((fact, index) => ({ number: index + 1, fact }))
}

test('a message that waits: what happened, what was said, what to do, and what is next and why', () => {
  const [first, second, next] = tellStory(numbered(queued, deferred), waiting, remedies)
  assert.deepEqual(first, {
    at: START,
    text: 'Accepted from shop@example.org for joe@example.com and written to the queue (2048 bytes).',
    detail: 'preflight dmarc.exists: no record (fix: _dmarc TXT "v=DMARC1; p=none")',
  })
  assert.equal(
    second?.text,
    'Attempt 1 for joe@example.com failed at smtp.google.com [192.0.2.1]: Gmail defers all mail from an address without a ' +
      'reverse name. It is tried again at 2026-01-02T04:04:07Z, in 1 h.',
  )
  assert.deepEqual(second?.detail?.split('\n'), [
    'it said: 450 4.7.23 no PTR',
    'judged by rule google.ptr: reverse-dns, transient, at stage final-dot',
    'what to do: Give the address a reverse name that resolves back to it.',
    'C: DATA',
    'S: 450 4.7.23 no PTR',
  ])
  assert.equal(next?.at, waiting.dueAt)
  assert.match(
    next?.text ?? '',
    /^Next: an attempt for joe@example\.com at 2026-01-02T04:04:07Z, because .*reverse name\.$/,
  )
  assert.match(next?.detail ?? '', /postrider queue retry/)
})

test('a message that its sender wants sent later says so, and one that waits for another reason does not', () => {
  const later = tellStory(numbered({ ...queued, notBefore: START + 3_600_000 }), waiting)[0]?.detail?.split('\n')
  assert.equal(later?.[0], 'not to be sent before 2026-01-02T04:04:05Z, as its sender asked')
  assert.doesNotMatch(tellStory(numbered(queued), waiting)[0]?.detail ?? '', /not to be sent/)
})

test('a message that is done: how it ended', () => {
  const entry = { ...waiting, recipients: [{ address: 'joe@example.com', state: 'delivered', attempts: 2 }] }
  const lines = tellStory(numbered(queued, deferred, delivered), entry)
  assert.equal(
    lines[2]?.text,
    'Delivered to joe@example.com: smtp.google.com [192.0.2.1] took responsibility over TLSv1.3 (x), certificate verified, as MTA-STS demands, ' +
      '1 h 2 s after acceptance.',
  )
  assert.equal(lines[3]?.text, 'Done: 1 delivered.')
})

test('why TLS failed before plain text was used is told of a delivery and of a failure', () => {
  const { tls: _, ...plain } = delivered
  const fellBackToPlain = 'STARTTLS was refused: 454 4.7.0 no'
  const [failed, done] = tellStory(numbered({ ...deferred, fellBackToPlain }, { ...plain, fellBackToPlain }), undefined)
  assert.match(failed?.detail ?? '', /^in plain text, because TLS failed: STARTTLS was refused: 454 4\.7\.0 no$/m)
  assert.match(done?.text ?? '', /in plain text, because TLS failed \(STARTTLS was refused: 454 4\.7\.0 no\), 1 h/)
})

test('a message that is held: that nothing happens, why, and how to release it', () => {
  const last = tellStory(numbered(queued), { ...waiting, held: 'checked by hand' }).at(-1)
  assert.match(last?.text ?? '', /nothing for joe@example\.com until it is released; held because: checked by hand/)
  assert.equal(last?.detail, `release it with: postrider queue release ${id}`)
})

test('facts are told in the order of their numbers, whatever order they come in', () => {
  const facts = [...numbered(queued, deferred, delivered)].reverse()
  assert.deepEqual(
    tellStory(facts, undefined).map(({ at }) => at),
    [queued.at, deferred.at, delivered.at],
  )
})

test('a remedy without a known text is named all the same', () => {
  assert.match(tellStory(numbered(deferred), undefined)[0]?.detail ?? '', /what to look into: host\.ptr-confirmed/)
})

test('every kind of durable fact has a sentence', () => {
  const base = { messageId: id, at: START }
  const facts: readonly DurableFact[] = [
    { ...deferred, kind: 'bounced' },
    { ...deferred, kind: 'expired' },
    { ...base, kind: 'delayed', recipient: 'joe@example.com', attempt: 4, sinceMs: 14_400_000 },
    { ...base, kind: 'cancelled', recipient: 'joe@example.com' },
    { ...base, kind: 'uncertain', recipients: ['joe@example.com'], because: 'process-died' },
    { ...base, kind: 'uncertain', recipients: ['joe@example.com'], because: 'connection-lost' },
    { ...base, kind: 'suppressed', recipient: 'joe@example.com', until: START + 1000, rule: 'google.no-such-user' },
    { ...base, kind: 'held', because: 'a test' },
    { ...base, kind: 'released' },
    { ...base, kind: 'rescheduled', dueAt: START + 1000, expiresAt: START + 2000 },
    { ...base, kind: 'notice-queued', notice: 'failure', noticeId: id, to: 'shop@example.org' },
  ]
  for (const { text } of tellStory(numbered(...facts), undefined)) {
    assert.match(text, /^[A-Zj].{8,}\.$/)
    assert.doesNotMatch(text, /undefined|NaN|\.\./)
  }
})
