import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MailerError } from '../../model/error.ts'
import { isPassing, troubleOf } from './errors.ts'

const failure = (code: string, message = 'it said so'): Error => Object.assign(new Error(message), { code })

test('no room on the server is queue-full, everything else is queue-unavailable, and both keep the cause', () => {
  const full = failure('53100', 'could not extend file: No space left on device')
  assert.equal(troubleOf(full).code, 'queue-full')
  assert.equal(troubleOf(full).cause, full)
  assert.match(troubleOf(full).message, /No space left/)
  for (const code of ['28P01', '3D000', 'ECONNREFUSED', 'XX000']) {
    assert.equal(troubleOf(failure(code)).code, 'queue-unavailable')
    assert.ok(troubleOf(failure(code)).fix)
  }
})

test('an error without words is told by its code, and one for several addresses by its first', () => {
  assert.match(troubleOf(failure('ECONNREFUSED', '')).message, /ECONNREFUSED/)
  const several = Object.assign(new AggregateError([failure('ECONNREFUSED')]), { message: '' })
  assert.match(troubleOf(several).fix ?? '', /start the server/)
})

test('an error of ours stays what it is', () => {
  const ours = new MailerError('duplicate-key', 'again')
  assert.equal(troubleOf(ours), ours)
})

test('a deadlock is worth another try, a wrong statement is not', () => {
  assert.equal(isPassing(failure('40P01')), true)
  assert.equal(isPassing(failure('42601')), false)
  assert.equal(isPassing(undefined), false)
})
