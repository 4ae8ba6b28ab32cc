import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MailerError } from '../model/error.ts'
import { migrate } from './migrate.ts'

function run(version: number, migrations: readonly string[]): [string, number][] {
  const applied: [string, number][] = []
  migrate({ name: 'q', version, migrations, apply: (sql, at) => applied.push([sql, at]) })
  return applied
}

test('what is missing is applied in order, and nothing twice', () => {
  assert.deepEqual(run(0, ['a', 'b']), [
    ['a', 1],
    ['b', 2],
  ])
  assert.deepEqual(run(1, ['a', 'b']), [['b', 2]])
  assert.deepEqual(run(2, ['a', 'b']), [])
})

test('a newer schema is refused, and nothing is applied', () => {
  assert.throws(
    () => run(3, ['a', 'b']),
    (error: unknown) => MailerError.is(error) && error.code === 'queue-newer' && /newer version/.test(error.message),
  )
})
