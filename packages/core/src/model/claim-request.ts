/**
 * ClaimRequest: which due jobs a process that delivers asks of the queue.
 */
import type { Domain } from './address.ts'

export interface ClaimRequest {
  /** Milliseconds since 1970. */
  readonly now: number
  /** At most so many jobs. */
  readonly limit: number
  /** At most so many of one domain, unless `quotas` says otherwise. */
  readonly perDomain: number
  readonly leaseMs: number
  /** Domains that can take nothing now: their site queue is full or paused. Expired jobs of theirs are still claimed. */
  readonly exclude: readonly Domain[]
  /** Domains that may get another number than `perDomain`: fast ones more, busy ones less. */
  readonly quotas?: readonly (readonly [Domain, number])[]
}
