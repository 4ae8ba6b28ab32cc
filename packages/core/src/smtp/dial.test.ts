import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bindProblem } from './dial.ts'

test('an address of ours can be bound to, and one that nobody has here cannot', async () => {
  assert.equal(await bindProblem('127.0.0.2'), undefined)
  // RFC 5737: for documentation.
  assert.equal(await bindProblem('192.0.2.77'), 'EADDRNOTAVAIL')
})
