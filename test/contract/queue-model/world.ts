/**
 * World: the store and the reference side by side, with the processes and the clock that they share.
 *
 * Not here: what is done to them (commands.ts).
 */
import type { Job } from '../../../packages/core/src/model/job.ts'
import type { QueueStore } from '../../../packages/core/src/queue/index.ts'
import type { FakeClock } from '../../../packages/core/src/testing/fake-clock.ts'
import { LEASE_MS } from '../queue-samples.ts'
import type { QueueUnderTest } from '../queue-store/harness.ts'
import type { ModelJob, Reference } from './reference.ts'

/** A lease as its process knows it. */
export interface Held {
  readonly job: Job
  readonly of: ModelJob
  safeUntil: number
}

export interface Process {
  store: QueueStore
  leases: Held[]
  leadsUntil: number
  /** It delivers, or did: in PostgreSQL, what it accepts is its own. */
  owns?: boolean
}

export interface World {
  readonly clock: FakeClock
  readonly queue: QueueUnderTest
  readonly open: () => Promise<QueueStore>
  readonly processes: readonly Process[]
  /** Every message has a key, and so none is taken on the fast path. */
  readonly keyed: boolean
}

export type Step = (model: Reference, world: World) => Promise<void>

export const pass =
  (ms: number): Step =>
  async (model, world) => {
    await world.clock.advance(ms)
    model.now += ms
    await live(model, world)
  }

/** In PostgreSQL each that delivers says so every second: here, after each step of time. */
async function live(model: Reference, { clock, processes }: World): Promise<void> {
  if (!model.everybodyDelivers) return
  for (const { store, owns } of processes) if (owns) await store.takeLeadership(clock.now(), LEASE_MS)
}
