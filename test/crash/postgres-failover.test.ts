/**
 * The death of the primary of a queue in PostgreSQL, with one of its relays, under load. The long form is `npm run proof -- failover`.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findPostgres, NO_POSTGRES } from '../support/postgres.ts'
import { cutOff, failOver } from './failover.ts'

const bin = findPostgres()

test('the primary and a relay are killed under load and the standby is promoted: nothing is lost, and what goes out twice is told', {
  skip: bin === undefined && NO_POSTGRES,
}, async () => {
  const { accepted, lost, untold, refused, evidence } = await failOver(bin as string, { loadMs: 1_500 })
  assert.ok(accepted > 0)
  assert.deepEqual({ lost, untold, refused, evidence }, { lost: [], untold: [], refused: {}, evidence: [] })
})

test('one relay alone cannot reach the server: the other takes over, and what comes back later goes on without a double that is not told', {
  skip: bin === undefined && NO_POSTGRES,
}, async () => {
  const { accepted, lost, untold, evidence } = await cutOff(bin as string, { loadMs: 1_000 })
  assert.ok(accepted > 0)
  assert.deepEqual({ lost, untold, evidence }, { lost: [], untold: [], evidence: [] })
})
