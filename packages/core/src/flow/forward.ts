/**
 * Forward: mail that came to an address of ours goes on to people elsewhere.
 *
 * Policy. Its MAIL FROM is a return address of ours where there are such: SPF passes for us and not for the sender, and what comes back is
 * proved without a look-up, as SRS would and without its secrets in strangers' addresses. Who hears of a failure is the operator, never the
 * sender, who may be forged: there is no backscatter. Mail of nobody stays mail of nobody (RFC 5321 §4.5.5). It is queued before the 250.
 *
 * A seal of ARC is made of the octets that leave, since they may be made 7-bit before.
 *
 * Not here: which address goes where, and whether the mail is what it says to be (the relay), ready octets (carry.ts).
 */
import { Buffer } from 'node:buffer'
import type { Clock } from '../ambient/clock.ts'
import type { Address } from '../model/address.ts'
import type { QueueId } from '../model/queue-id.ts'
import type { Recorder } from '../observe/index.ts'
import { type QueueStore, queuedFact } from '../queue/index.ts'
import { type Carrying, carry, readyToCarry } from './carry.ts'

export interface ForwardPorts {
  readonly store: Pick<QueueStore, 'enqueue'>
  readonly recorder: Pick<Recorder, 'record'>
  readonly clock: Clock
  readonly carrying: Pick<Carrying, 'hostname' | 'expireAfterMs' | 'cards'>
  /** Whether there are return addresses of ours. */
  readonly returns: boolean
}

export interface Forwarding {
  readonly to: string
  readonly recipients: readonly Address[]
  /** Who is told of a failure; null where the mail is of nobody. */
  readonly operator: Address | null
  readonly trace: string
  /** Fields that say who handed it on, to stand above the ready message. RFC 8617 */
  readonly seal?: ((message: Buffer) => Promise<string>) | undefined
}

export async function forward(
  bytes: Uint8Array,
  { to, recipients, operator, trace, seal }: Forwarding,
  { store, recorder, clock, carrying, returns }: ForwardPorts,
): Promise<{ readonly id: QueueId } | { readonly problem: 'loop' | 'unusable' }> {
  const now = clock.now()
  const ready = seal === undefined ? bytes : readyToCarry(bytes, { ...carrying, now })
  if (ready === undefined) return { problem: 'unusable' }
  const sealed = seal === undefined ? '' : await seal(Buffer.from(ready))
  const carried = carry(ready, { ...carrying, to, trace: `${sealed}${trace}`, now, tags: {} })
  if (typeof carried === 'string') return { problem: carried }
  const marks = operator !== null && returns ? { returnsToUs: true, passesOn: true } : {}
  const submission = {
    ...carried,
    priority: 'normal' as const,
    envelope: { reversePath: operator, recipients: recipients.map(address => ({ address })), ...marks },
  }
  await store.enqueue(submission)
  recorder.record(queuedFact(submission))
  return { id: submission.id }
}
