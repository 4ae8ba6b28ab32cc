/**
 * FactKinds: the durable facts, which a webhook and a stream of events may ask for.
 */
import type { DurableFact } from '@postrider/core'

/** All of them, or it does not compile. */
const DURABLE: Readonly<Record<DurableFact['kind'], true>> = {
  queued: true,
  delivered: true,
  deferred: true,
  delayed: true,
  bounced: true,
  expired: true,
  cancelled: true,
  suppressed: true,
  held: true,
  released: true,
  rescheduled: true,
  complained: true,
  returned: true,
  'auto-replied': true,
  unsubscribed: true,
  uncertain: true,
  'notice-queued': true,
}

export const FACT_KINDS: readonly DurableFact['kind'][] = Object.keys(DURABLE) as DurableFact['kind'][]
