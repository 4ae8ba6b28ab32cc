/** What is packed is unpacked as it was, by this version and, where it is kept, by every other. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import {
  packJob,
  packJobs,
  packMessage,
  packRecipients,
  packSettled,
  packSettledRecipients,
  unpackJob,
  unpackJobs,
  unpackMessage,
  unpackRecipients,
  unpackSettled,
  unpackSettledRecipients,
} from './packed.ts'
import type { LeasedJob, LeasedRecipient, NewJob, NewMessage, NewRecipient, Settled, SettledRecipient } from './rows.ts'

const number = fc.maxSafeNat()
const text = fc.string({ unit: 'binary' })
const orNull = fc.option(text)
const some = { maxLength: 4 }

const recipient: fc.Arbitrary<NewRecipient> = fc.record({ place: number, local: text, extra: orNull })
const job: fc.Arbitrary<NewJob> = fc.record({ domain: text, recipients: fc.array(recipient, some) })
const message: fc.Arbitrary<NewMessage> = fc.record({
  id: text,
  sender: text,
  acceptedAt: number,
  due: number,
  expiresAt: number,
  size: number,
  priority: number,
  account: orNull,
  held: orNull,
  key: orNull,
  digest: orNull,
  meta: text,
  about: text,
  jobs: fc.array(job, some),
  recipients: number,
  facts: fc.array(text, some),
  start: number,
  end: number,
})
const leasedRecipient: fc.Arbitrary<LeasedRecipient> = fc.record({
  place: number,
  local: text,
  delayTold: number,
  extra: orNull,
  suppressed: orNull,
})
const leased: fc.Arbitrary<LeasedJob> = fc.record({
  job: number,
  domain: text,
  priority: number,
  attempts: number,
  expiresAt: number,
  id: text,
  acceptedAt: number,
  meta: text,
  recipients: fc.array(leasedRecipient, some),
})
const settledRecipient: fc.Arbitrary<SettledRecipient> = fc.record({
  place: number,
  state: number,
  delayTold: number,
  reply: text,
})
const settled: fc.Arbitrary<Settled> = fc.record({
  job: number,
  token: number,
  id: text,
  attempt: number,
  next: fc.option(number),
  recipients: fc.array(settledRecipient, some),
  finals: number,
  suppressions: fc.array(fc.record({ address: text, until: number, json: text }), some),
  notices: fc.array(message, some),
  facts: fc.array(fc.record({ id: text, at: number, json: text }), some),
  keepUntil: number,
})

/** Between threads it is cloned, in a text it is JSON; neither may tell it apart. */
const cloned = <T>(packed: T): T => structuredClone(packed)
const written = <T>(packed: T): T => JSON.parse(JSON.stringify(packed))

function comesBack<T>(arbitrary: fc.Arbitrary<T>, there: (value: T) => T): void {
  fc.assert(
    fc.property(fc.noShrink(arbitrary), value => {
      // Records of fast-check may have no prototype; what is unpacked has one.
      assert.deepEqual(there(value), JSON.parse(JSON.stringify(value)))
    }),
  )
}

suite('what is packed between the threads comes back as it was', () => {
  test('a message', () => comesBack(message, value => unpackMessage(cloned(packMessage(value)))))
  test('a leased job', () => comesBack(leased, value => unpackJob(cloned(packJob(value)))))
  test('a settlement', () => comesBack(settled, value => unpackSettled(cloned(packSettled(value)))))
})

suite('what is packed in a text that is kept comes back as it was', () => {
  test('jobs', () => comesBack(fc.array(job, some), value => [...unpackJobs(written(packJobs(value)))]))
  test('recipients', () =>
    comesBack(fc.array(recipient, some), value => [...unpackRecipients(written(packRecipients(value)))]))
  test('settled recipients', () =>
    comesBack(fc.array(settledRecipient, some), value => [
      ...unpackSettledRecipients(written(packSettledRecipients(value))),
    ]))
})

test('the order of what is kept is the order of every version before', () => {
  const recipients = [
    { place: 0, local: 'one', extra: null },
    { place: 2, local: 'two', extra: '{"notify":["never"]}' },
  ]
  assert.deepEqual(packRecipients(recipients), [0, 'one', null, 2, 'two', '{"notify":["never"]}'])
  assert.deepEqual(packJobs([{ domain: 'a.example', recipients }]), ['a.example', packRecipients(recipients)])
  const became = [{ place: 2, state: 3, delayTold: 1, reply: '550 no' }]
  assert.deepEqual(packSettledRecipients(became), [2, 3, 1, '550 no'])
})
