/**
 * PassOn: what came back to a return address of ours goes on to the sender whose MAIL FROM that address took the place of.
 *
 * Policy. As it came, below a Received and a Delivered-To of ours, from nobody (null reverse-path), so that what becomes of it is never
 * told by mail (RFC 5321 §6.1). Each kind of report of each recipient once, however often it comes, also after a crash. What was here
 * before, went round for long, or would come back to an address like this is not passed on. It is queued before it is told.
 *
 * Not here: reading it (take-report.ts), who wants it (submission.ts). RFC 5321 §6.3.
 */
import type { Clock } from '../ambient/clock.ts'
import { parseAddress } from '../model/address.ts'
import type { QueueId } from '../model/queue-id.ts'
import type { Submission } from '../model/submission.ts'
import type { Recorder } from '../observe/index.ts'
import { type QueueEntry, type QueueStore, queuedFact } from '../queue/index.ts'
import { type Carrying, carry } from './carry.ts'

export interface PassOnPorts {
  readonly store: Pick<QueueStore, 'enqueue'>
  readonly recorder: Pick<Recorder, 'record'>
  readonly clock: Clock
  readonly passing: Pick<Carrying, 'hostname' | 'expireAfterMs' | 'cards'> & {
    /** Of the addresses that it comes to. */
    readonly returnDomain: string | undefined
  }
}

export interface Passing {
  readonly entry: QueueEntry
  /** The return address that it came to. */
  readonly to: string
  /** The place of the recipient in its message. */
  readonly recipient: number
  /** `failed`, `delayed`, `absence` and the like. */
  readonly what: string
}

/** @returns the id of the message that carries it, also where that was queued before; undefined: it is not passed on */
export async function passOn(
  bytes: Uint8Array,
  { entry, to, recipient, what }: Passing,
  { store, recorder, clock, passing }: PassOnPorts,
): Promise<QueueId | undefined> {
  const sender = parseAddress(entry.from)
  if (!entry.passesOn || 'problem' in sender || sender.domain === passing.returnDomain?.toLowerCase()) return undefined
  const same = `passed on ${entry.id} ${recipient} ${what}`
  const carried = carry(bytes, { ...passing, to, trace: '', now: clock.now(), tags: entry.tags })
  if (typeof carried === 'string') return undefined
  const submission: Submission = {
    ...carried,
    envelope: { reversePath: null, recipients: [{ address: sender, notify: ['never'] }] },
    priority: 'low',
    idempotencyKey: same,
    idempotencyDigest: same,
  }
  const queued = await store.enqueue(submission)
  if (!queued.duplicate) recorder.record(queuedFact(submission))
  return queued.id
}
