/**
 * The death of one of several processes that deliver from one queue in PostgreSQL: nothing is lost, nothing goes out twice but
 * what stood between final dot and commit, and that is told.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openPostgresQueue } from '../../packages/core/src/postgres.ts'
import { makeSubmission } from '../contract/queue-samples.ts'
import { startNode } from '../support/child.ts'
import { findPostgres, NO_POSTGRES, startPostgres } from '../support/postgres.ts'
import type { Orders } from './postgres-child.ts'

const CHILD = join(import.meta.dirname, 'postgres-child.ts')
const MESSAGES = 600
const LEASE_MS = 3_000

const bin = findPostgres()

const idsOf = (stdout: string, what: string): string[] =>
  stdout
    .split('\n')
    .slice(0, -1)
    .filter(line => line.startsWith(`${what} `))
    .map(line => line.slice(what.length + 1))

test('two processes deliver from one queue and one is killed mid-burst: each message goes out, and twice only what is told as uncertain', {
  skip: bin === undefined && NO_POSTGRES,
}, async t => {
  const server = await startPostgres(bin as string)
  t.after(() => server.remove())
  const connectionString = await server.database()
  const store = await openPostgresQueue({ connectionString })
  const now = Date.now()
  const accepted = await Promise.all(
    Array.from({ length: MESSAGES }, async (_, at) => {
      const wish = { acceptedAt: now, notBefore: now, expiresAt: now + 1e9, to: [`u@d${at % 30}.example`] }
      return (await store.enqueue(makeSubmission(wish))).id
    }),
  )
  const start = (dieAfter: number): ReturnType<typeof startNode> =>
    startNode(CHILD, { args: [JSON.stringify({ connectionString, leaseMs: LEASE_MS, dieAfter } satisfies Orders)] })
  const [dying, living] = [start(100), start(0)]
  const [dead, alive] = await Promise.all([dying.ended(), living.ended()])
  assert.equal(dead.signal, 'SIGKILL', dead.stderr)
  assert.equal(alive.code, 0, alive.stderr)

  const facts = (await store.facts(0, 100_000)).map(({ fact }) => fact)
  const delivered = facts.filter(({ kind }) => kind === 'delivered').map(({ messageId }) => messageId)
  assert.deepEqual(delivered.toSorted(), accepted.toSorted(), 'each message is delivered once, in the books')
  assert.equal((await store.counts(Date.now())).messages, 0)

  const uncertain = new Set<string>(facts.filter(({ kind }) => kind === 'uncertain').map(({ messageId }) => messageId))
  const dots = [...idsOf(dead.stdout, 'dot'), ...idsOf(alive.stdout, 'dot')]
  const twice = new Set(dots.filter((id, at) => dots.indexOf(id) !== at))
  assert.deepEqual([...twice].toSorted(), [...uncertain].toSorted())
  const sure = new Set(idsOf(dead.stdout, 'delivered'))
  assert.ok(
    [...twice].every(id => !sure.has(id)),
    'what was committed never goes out again',
  )
  assert.ok(idsOf(alive.stdout, 'delivered').length > 0 && sure.size >= 100)
  await store.close()
})
