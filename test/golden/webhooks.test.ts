/**
 * Webhooks in the form of others, against golden examples that were written from the documentation of those others.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DurableFact } from '../../packages/core/src/model/fact.ts'
import { queueIdOf } from '../../packages/relay/src/uuid/index.ts'
import { postmarkEvent } from '../../packages/relay/src/webhook/postmark-event.ts'
import { resendEvent } from '../../packages/relay/src/webhook/resend-event.ts'
import { FACTS, LOOK } from './webhooks/facts.ts'
import { POSTMARK, RECORDS, SUPPRESSION_REASONS, TYPE_CODES } from './webhooks/postmark.ts'
import { RESEND } from './webhooks/resend.ts'

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null))

for (const [name, fact] of Object.entries(FACTS)) {
  test(`${name}: as Resend tells it`, () => {
    const wanted: unknown = RESEND[name]
    assert.deepEqual(plain(resendEvent(fact, LOOK)), plain(wanted))
  })
  test(`${name}: as Postmark tells it`, () => {
    assert.deepEqual(plain(postmarkEvent(fact, LOOK, 7)), plain(POSTMARK[name]))
  })
}

test('every record of Postmark has the fields of its documentation and no others', () => {
  for (const fact of Object.values(FACTS)) {
    const event = postmarkEvent(fact, LOOK, 7)
    if (event === undefined) continue
    const kinds = Object.fromEntries(Object.entries(event).map(([field, value]) => [field, typeof value]))
    assert.deepEqual(kinds, RECORDS[event.RecordType])
    if (event.RecordType === 'SubscriptionChange')
      assert.ok(SUPPRESSION_REASONS.includes(String(event.SuppressionReason)))
    else if (event.RecordType !== 'Delivery') assert.equal(event.TypeCode, TYPE_CODES[String(event.Type)])
  }
})

test('the id that Resend tells is that of the message', () => {
  const { data } = resendEvent(FACTS.delivered!, LOOK)!
  assert.equal(queueIdOf(String(data.email_id)), FACTS.delivered!.messageId)
})

test('a mail that waits for its hour is scheduled, and one of which nothing is known any more is told all the same', () => {
  const scheduled = resendEvent({ ...FACTS.queued!, notBefore: LOOK.acceptedAt! + 60_000 } as DurableFact, LOOK)
  assert.equal(scheduled?.type, 'email.scheduled')
  const bare = { header: '', from: '', subject: '' }
  assert.deepEqual(resendEvent(FACTS.delivered!, bare)?.data.to, ['ann@dest.example'])
  assert.equal(postmarkEvent(FACTS.bounced!, bare, 7)?.Email, 'ann@dest.example')
})
