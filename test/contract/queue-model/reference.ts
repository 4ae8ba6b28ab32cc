/**
 * Reference: what a queue of the contract (queue/store.ts) is, in as few lines as show it: messages, their jobs, leases, and
 * who delivers. No file, no thread, no fast path: what a store does is compared with this.
 *
 * Policy. A lease is void when a claim finds it over, or when somebody takes delivery over. In a file there is one leader: it is
 * gone at once when it died with the lock, and else when it was silent for a lease. In PostgreSQL everybody delivers: what a
 * process accepts to be sent at once is its own until anybody looks or changes something, its leases end when it finds them over,
 * and one that was killed is succeeded by the other.
 *
 * Not here: which commands are run (commands.ts), order and fairness of claims (queue-store/claims.ts).
 */
import { LEASE_MS, START } from '../queue-samples.ts'

/** What was not begun by then is given to everybody. */
const OLD_MS = 10_000

export type State = 'waiting' | 'running' | 'deferred' | 'delivered' | 'bounced' | 'cancelled'

export interface ModelJob {
  readonly message: ModelMessage
  readonly domain: string
  readonly recipients: number
  state: Exclude<State, 'running'>
  attempts: number
  due: number
  lease: { readonly token: number; readonly by: number; until: number; dot: boolean } | undefined
}

export interface ModelMessage {
  readonly id: string
  readonly key: string | undefined
  readonly jobs: ModelJob[]
  held: boolean
  /** In PostgreSQL: whose it is alone, and since when. */
  owner?: { readonly process: number; readonly since: number } | undefined
  readonly facts: string[]
}

interface Watch {
  row: number
  since: number
}

export const isOpen = (job: ModelJob): boolean => job.state === 'waiting' || job.state === 'deferred'

export class Reference {
  readonly everybodyDelivers: boolean
  readonly messages: ModelMessage[] = []
  now: number = START
  /** A process, `dead` when it was killed while it led. */
  leader: number | 'dead' | undefined
  #locked = false
  #lockOwner: number | undefined
  #row = 0
  readonly #watches: Watch[] = [
    { row: -1, since: 0 },
    { row: -1, since: 0 },
  ]

  constructor(everybodyDelivers: boolean) {
    this.everybodyDelivers = everybodyDelivers
  }

  jobs(): ModelJob[] {
    return this.messages.flatMap(({ jobs }) => jobs)
  }

  delivers(process: number): boolean {
    return this.everybodyDelivers || this.leader === process
  }

  lead(process: number): 'taken' | 'kept' | 'no' {
    if (this.everybodyDelivers) return 'kept'
    const hasLock = this.#lockOwner === undefined || this.#lockOwner === process
    if (hasLock) this.#lockOwner = process
    const kept = this.leader === process
    const watch = this.#watches[process] as Watch
    if (watch.row !== this.#row) Object.assign(watch, { row: this.#row, since: this.now })
    const gone = this.leader === undefined || this.now - watch.since >= LEASE_MS || (hasLock && this.#locked)
    if (!kept && !gone) {
      if (hasLock) this.#lockOwner = undefined
      return 'no'
    }
    this.leader = process
    this.#locked = hasLock
    this.#row++
    if (!kept) for (const job of this.jobs()) this.#void(job)
    return kept ? 'kept' : 'taken'
  }

  /** The process closed its queue, or was killed. */
  gone(process: number, how: 'closed' | 'killed', leases: readonly ModelJob[]): void {
    if (this.#lockOwner === process) this.#lockOwner = undefined
    const leaves = how === 'closed' && this.leader === process
    if (leaves) this.#row++
    if (this.leader === process) this.leader = how === 'closed' ? undefined : 'dead'
    if (leaves) for (const job of this.jobs()) job.lease = undefined
    if (this.everybodyDelivers && how === 'closed') {
      for (const job of leases) job.lease = undefined
      for (const message of this.messages) if (message.owner?.process === process) message.owner = undefined
    }
    this.#watches[process] = { row: -1, since: 0 }
  }

  /** What a claim of this process may give out now. */
  claimable(process: number): ModelJob[] {
    for (const job of this.jobs()) {
      if (job.lease === undefined || job.lease.until > this.now) continue
      if (this.everybodyDelivers && job.lease.by !== process) continue
      this.#void(job)
      job.message.owner = undefined
    }
    return this.jobs().filter(
      job =>
        isOpen(job) &&
        job.lease === undefined &&
        !job.message.held &&
        job.due <= this.now &&
        !this.#belongsToAnother(job.message, process),
    )
  }

  /** What waits for long with another may be given to everybody. */
  mayBeGiven(process: number): number {
    const old = ({ message }: ModelJob): boolean =>
      this.#belongsToAnother(message, process) && this.now - (message.owner?.since ?? 0) >= OLD_MS
    return this.jobs().filter(job => isOpen(job) && job.lease === undefined && old(job)).length
  }

  /** Somebody looks or changes something: what was anybody's own is everybody's. */
  recall(): void {
    for (const message of this.messages) message.owner = undefined
  }

  /** The other one has taken over from a process that was killed. */
  succeed(process: number): void {
    for (const message of this.messages) if (message.owner?.process === process) message.owner = undefined
    for (const job of this.jobs()) if (job.lease?.by === process) this.#void(job)
  }

  #belongsToAnother({ owner }: ModelMessage, process: number): boolean {
    return owner !== undefined && owner.process !== process
  }

  settle(job: ModelJob, state: 'delivered' | 'bounced' | 'deferred', due: number): void {
    Object.assign(job, { state, due, attempts: job.attempts + 1, lease: undefined })
    job.message.owner = undefined
    if (state === 'delivered') for (let n = 0; n < job.recipients; n++) job.message.facts.push('delivered')
  }

  cancel(message: ModelMessage): boolean {
    const jobs = message.jobs.filter(job => isOpen(job) && job.lease === undefined)
    for (const job of jobs) {
      job.state = 'cancelled'
      for (let n = 0; n < job.recipients; n++) message.facts.push('cancelled')
    }
    return jobs.length > 0
  }

  #void(job: ModelJob): void {
    if (job.lease?.dot) job.message.facts.push('uncertain')
    job.lease = undefined
  }
}
