import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ClusterRow, wishes } from './cluster-wanted.ts'

const row = (relays: number, more: Partial<ClusterRow> = {}): ClusterRow => ({
  queue: 'PostgreSQL',
  relays,
  sessions: 20,
  messagesPerSecond: 700,
  serverCpu: 240,
  machineCpu: 1000,
  transactions: 0.2,
  walBytes: 4000,
  ...more,
})

test('what was measured is held against what is wanted, and what was not is left out', () => {
  const found = wishes([
    row(1, { queue: 'file', messagesPerSecond: 1000 }),
    row(1),
    row(4, { machineCpu: 1300, serverCpu: 390 }),
  ])
  assert.deepEqual(
    found.map(({ what, found: value, met }) => [what.replace(/,.*/, ''), value, met]),
    [
      ['messages/s of one relay over those of a file', 0.7, false],
      ['µs of server CPU a message', 240, true],
      ['µs of server CPU a message', 390, true],
      ['transactions a message', 0.2, true],
      ['transactions a message', 0.2, true],
      ['octets of WAL a message', 4000, true],
      ['octets of WAL a message', 4000, true],
      ['CPU of the machine a message', 1.3, false],
    ],
  )
  assert.deepEqual(wishes([row(2)]), [])
})
