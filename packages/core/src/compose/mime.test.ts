/** What is decided here and not by nodemailer. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withCharset } from './mime.ts'

test('text gets a charset where it names none, in a time in proportion to its length', () => {
  assert.equal(withCharset('text/csv'), 'text/csv; charset=utf-8')
  assert.equal(withCharset('text/csv ; '), 'text/csv; charset=utf-8')
  assert.equal(withCharset('text/csv; header=present;'), 'text/csv; header=present; charset=utf-8')
  assert.equal(withCharset('text/csv; Charset=utf-16le'), 'text/csv; Charset=utf-16le')
  assert.equal(withCharset('application/json'), 'application/json')
  const cpu = process.cpuUsage()
  withCharset(`text/csv${' '.repeat(200_000)}x`)
  const { user } = process.cpuUsage(cpu)
  assert.ok(user < 1_000_000, `${user} µs: a quadratic search takes twenty seconds`)
})
