/**
 * The death of one of several processes that deliver from one queue in PostgreSQL: nothing is lost, nothing goes out twice but
 * what stood between final dot and commit, and that is told.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { QueueId } from '../../packages/core/src/model/queue-id.ts'
import { openPostgresQueue } from '../../packages/core/src/postgres.ts'
import { makeSubmission } from '../contract/queue-samples.ts'
import { type Child, startNode } from '../support/child.ts'
import { findPostgres, NO_POSTGRES, startPostgres } from '../support/postgres.ts'
import type { Orders } from './postgres-child.ts'
import { describeWebhookCrash } from './webhook-crash.ts'

const CHILD = join(import.meta.dirname, 'postgres-child.ts')
const BATCH = 200
const DIE_AFTER = 100
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
  const accepted: string[] = []
  const enqueue = async (count: number): Promise<void> => {
    const now = Date.now()
    const wish = { acceptedAt: now, notBefore: now, expiresAt: now + 1e9 }
    const all = Array.from({ length: count }, (_, at) => makeSubmission({ ...wish, to: [`u@d${at % 30}.example`] }))
    for (const { id } of await Promise.all(all.map(each => store.enqueue(each)))) accepted.push(id)
  }
  // What is held keeps both at work until there is all that there will be.
  await enqueue(1)
  const [anchor] = accepted as [QueueId]
  assert.equal(await store.hold(anchor, 'for the end', Date.now()), 1)
  const start = (dieAfter: number): Child =>
    startNode(CHILD, { args: [JSON.stringify({ connectionString, leaseMs: LEASE_MS, dieAfter } satisfies Orders)] })
  const [dying, living] = [start(DIE_AFTER), start(0)]
  t.after(() => Promise.all([dying.stop(), living.stop()]))
  let died = false
  const death = dying.ended().finally(() => {
    died = true
  })
  // However fast either of them is, there is always more for both.
  while (!died) if ((await store.counts(Date.now())).messages < BATCH) await enqueue(BATCH)
  const dead = await death
  await enqueue(BATCH)
  await store.unhold(anchor, Date.now())
  const alive = await living.ended()
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
  assert.ok(idsOf(alive.stdout, 'delivered').length > 0 && sure.size >= DIE_AFTER)
  await store.close()
})

if (bin !== undefined) {
  describeWebhookCrash('PostgreSQL', async () => {
    const server = await startPostgres(bin)
    after(() => server.remove())
    return server.database()
  })
}
