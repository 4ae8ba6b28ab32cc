/** Ids of messages as UUIDs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { queueIdOf } from './message-uuid.ts'
import type { QueueId } from './queue-id.ts'
import { uuidOf } from './uuid-of.ts'

const DIGITS = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ']
const id = fc
  .tuple(fc.array(fc.constantFrom(...DIGITS), { minLength: 20, maxLength: 20 }))
  .map(([digits]) => digits.join('') as QueueId)

test('an id and its UUIDv7 are one to one, and sort alike', () => {
  fc.assert(
    fc.property(id, id, (a, b) => {
      assert.match(uuidOf(a), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      assert.equal(queueIdOf(uuidOf(a)), a)
      assert.equal(queueIdOf(uuidOf(a).toUpperCase()), a)
      assert.equal(uuidOf(a) < uuidOf(b), a < b)
    }),
  )
})

test('the time of a UUIDv7 is that of the id (RFC 9562 §5.7)', () => {
  // 2^40 ms, and no random bits.
  const time = 2n ** 40n
  let value = time << 52n
  let text = ''
  for (; text.length < 20; value /= 32n) text = DIGITS[Number(value % 32n)] + text
  assert.equal(
    BigInt(
      `0x${uuidOf(text as QueueId)
        .replaceAll('-', '')
        .slice(0, 12)}`,
    ),
    time,
  )
})

test('a UUID that we did not make is none of ours, and other texts are no UUID', () => {
  assert.equal(queueIdOf('4ef9a417-02e9-4d39-ad75-9611e0fcc33c'), undefined)
  assert.equal(queueIdOf('019a417a-02e9-7d39-ad75-9611e0fcc33c'), undefined)
  for (const text of ['', 'x', '4ef9a41702e94d39ad759611e0fcc33c', '01J0000000000000000A'])
    assert.equal(queueIdOf(text), 'no-uuid')
})
