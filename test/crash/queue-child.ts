/**
 * Queue child: a process that uses a queue until it is killed, and writes down what it was promised.
 *
 * Each line of its output is written at once: `accepted ID`, `dot ID`, `delivered ID`. It dies by SIGKILL of its own hand at
 * the point that its one argument names; the queue knows nothing of that.
 */
import { Buffer } from 'node:buffer'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import type { Job } from '../../packages/core/src/model/job.ts'
import { openPostgresQueue } from '../../packages/core/src/postgres.ts'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import { deliveredFacts, makeSubmission, settle } from '../contract/queue-samples.ts'
import { say } from '../support/say.ts'

export interface Orders {
  readonly queue: { readonly path: string } | { readonly connectionString: string }
  /** How many enqueue at once. */
  readonly sources: number
  /** How many messages are enqueued in all. */
  readonly messages: number
  /** Whether it delivers, too: it claims, marks the final dot, and commits. */
  readonly deliver: boolean
  readonly die:
    | { readonly after: 'accepted' | 'delivered' | 'dot'; readonly count: number }
    /** After it delivered so many that other processes enqueued; it waits for them. */
    | { readonly after: 'delivered of others'; readonly count: number }
    /** After the first claim was asked for, before it is answered. */
    | { readonly after: 'claim-asked' }
    /** After a batch was handed to the writer thread, so many turns of the event loop later. */
    | { readonly after: 'batch-posted'; readonly turns: number }
    | { readonly after: 'nothing' }
}

const orders = JSON.parse(process.argv[2] as string) as Orders
const { die, queue } = orders
const seen: Record<string, number> = {}
const own = new Set<string>()
/** Nobody who lives waits so long: only the death of the one that delivers lets another one in. */
const HOLD_MS = 3_600_000

function tell(what: 'accepted' | 'dot' | 'delivered', id: string): void {
  say(`${what} ${id}`)
  seen[what] = (seen[what] ?? 0) + 1
  const of = what === 'delivered' && !own.has(id) ? 'delivered of others' : undefined
  if (of !== undefined) seen[of] = (seen[of] ?? 0) + 1
  if ((die.after === what || die.after === of) && 'count' in die && seen[die.after] === die.count) fall()
}

function fall(): void {
  process.kill(process.pid, 'SIGKILL')
}

/** Its bytes can be told from its id alone. */
function bytesOf(id: string): Buffer {
  return Buffer.from(`Subject: ${id}\r\n\r\n${id.repeat(200)}\r\n`)
}

const store = 'path' in queue ? await openSqliteQueue({ ...queue, clock: systemClock }) : await openPostgresQueue(queue)
let left = orders.messages
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

async function source(): Promise<void> {
  while (left-- > 0) {
    const now = Date.now()
    const plain = makeSubmission({ acceptedAt: now, expiresAt: now + 1e9, notBefore: now })
    const submission = { ...plain, message: { ...plain.message, bytes: bytesOf(plain.id) } }
    own.add(submission.id)
    await store.enqueue(submission)
    tell('accepted', submission.id)
  }
}

async function deliverOne(job: Job): Promise<void> {
  const reply = store.enterFinalDot(job)
  if (reply === undefined) throw new Error('the lease of a job that was just claimed is over')
  tell('dot', job.messageId)
  await turn()
  reply()
  if (await store.commit(settle(job, 'delivered'), [], deliveredFacts(job, Date.now())))
    tell('delivered', job.messageId)
}

async function sink(): Promise<void> {
  while (!(await store.takeLeadership(Date.now(), HOLD_MS))) await turn()
  for (let idle = 0; idle < 50 || die.after !== 'nothing'; ) {
    const asked = store.claim({ now: Date.now(), limit: 20, perDomain: 20, leaseMs: 60_000, exclude: [] })
    if (die.after === 'claim-asked' && (seen.accepted ?? 0) >= orders.messages / 2) {
      await turn()
      await turn()
      fall()
    }
    const jobs = await asked
    idle = jobs.length === 0 && left <= 0 ? idle + 1 : 0
    await Promise.all(jobs.map(deliverOne))
    await turn()
  }
}

if (die.after === 'batch-posted') {
  for (let n = 0; n < orders.messages; n++) void source()
  for (let n = 0; n < die.turns; n++) await turn()
  fall()
}
await Promise.all([...Array.from({ length: orders.sources }, source), ...(orders.deliver ? [sink()] : [])])
await store.close()
