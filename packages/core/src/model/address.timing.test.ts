import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from './address.ts'

test('no address that looks plain takes long', () => {
  const started = process.cpuUsage()
  for (const text of [`${'a.'.repeat(31)}a!@a`, `a@${'a'.repeat(250)}!`, `a@${'a-'.repeat(124)}`]) parseAddress(text)
  assert.ok(process.cpuUsage(started).user < 100_000)
})
