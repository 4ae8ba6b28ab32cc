/**
 * Settled: waits until nothing of a message is open any more, and says how each recipient ended.
 *
 * Policy. The queue's durable history is the truth; facts told in this process only say when to look again. When another
 * process delivers, nothing is told here, so it also looks once in a while.
 */
import type { Clock } from '../ambient/clock.ts'
import { MailerError } from '../model/error.ts'
import type { DurableFact, Fact, NumberedFact } from '../model/fact.ts'
import type { Outcome, RecipientOutcome } from '../model/outcome.ts'
import { type QueueId, unknownMessage } from '../model/queue-id.ts'

/** When to look although nobody tells: soon at first, then ever more rarely, because thousands may wait. */
const FIRST_LOOK_MS = 1_000
const LONGEST_LOOK_MS = 15_000

export interface SettledPorts {
  readonly history: (id: QueueId) => Promise<readonly NumberedFact[]>
  readonly on: (kind: '*', listener: (fact: Fact) => void) => () => void
  readonly clock: Clock
}

const FINAL = ['delivered', 'bounced', 'expired', 'cancelled'] as const
type FinalFact = Extract<DurableFact, { kind: (typeof FINAL)[number] }>

/** Wakes those who wait for a message, with one listener for all of them. */
export class SettledWatch {
  readonly #ports: SettledPorts
  readonly #waiting = new Map<QueueId, Set<() => void>>()
  readonly #stop: () => void

  constructor(ports: SettledPorts) {
    this.#ports = ports
    this.#stop = ports.on('*', fact => {
      if (this.#waiting.size > 0 && isFinal(fact)) for (const wake of this.#waiting.get(fact.messageId) ?? []) wake()
    })
  }

  /** @throws MailerError `aborted`, `unknown-message`; the reason of the signal when that is one */
  async settled(id: QueueId, signal: AbortSignal): Promise<Outcome> {
    for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(2 * lookMs, LONGEST_LOOK_MS)) {
      const woken = this.#wake(id, lookMs, signal)
      const outcome = outcomeOf(id, await this.#ports.history(id))
      if (outcome !== undefined) {
        woken.cancel()
        return outcome
      }
      // Who is told to stop has looked once more.
      if (signal.aborted) throw givenUp(id, signal)
      await woken.promise
    }
  }

  #wake(
    id: QueueId,
    lookMs: number,
    signal: AbortSignal,
  ): { readonly promise: Promise<void>; readonly cancel: () => void } {
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiting = this.#waiting.get(id) ?? new Set()
    this.#waiting.set(id, waiting)
    const stopTimer = this.#ports.clock.after(lookMs, () => cancel())
    const cancel = (): void => {
      stopTimer()
      waiting.delete(cancel)
      if (waiting.size === 0 && this.#waiting.get(id) === waiting) this.#waiting.delete(id)
      signal.removeEventListener('abort', cancel)
      resolve()
    }
    waiting.add(cancel)
    if (signal.aborted) cancel()
    else signal.addEventListener('abort', cancel)
    return { promise, cancel }
  }

  /** Those who still wait look once more, and see for themselves. */
  close(): void {
    this.#stop()
    for (const waiting of [...this.#waiting.values()]) for (const wake of [...waiting]) wake()
  }
}

function givenUp(id: QueueId, { reason }: AbortSignal): MailerError {
  return MailerError.is(reason)
    ? reason
    : new MailerError('aborted', `waiting for ${id} was given up`, { cause: reason })
}

function isFinal(fact: Fact): fact is FinalFact {
  return (FINAL as readonly string[]).includes(fact.kind)
}

/** How every recipient ended, or undefined while one is open. */
export function outcomeOf(id: QueueId, history: readonly NumberedFact[]): Outcome | undefined {
  const queued = history.find(({ fact }) => fact.kind === 'queued')?.fact
  if (queued?.kind !== 'queued') throw unknownMessage(id)
  const ends = new Map<string, RecipientOutcome>()
  for (const { fact } of history) if (isFinal(fact)) ends.set(fact.recipient, recipientOutcome(fact))
  const recipients: RecipientOutcome[] = []
  for (const address of queued.recipients) {
    const end = ends.get(address)
    if (end === undefined) return undefined
    recipients.push(end)
  }
  return { id, delivered: recipients.every(recipient => recipient.state === 'delivered'), recipients }
}

function recipientOutcome(fact: FinalFact): RecipientOutcome {
  if (fact.kind === 'cancelled') return { address: fact.recipient, state: 'cancelled', attempts: 0, at: fact.at }
  return {
    address: fact.recipient,
    state: fact.kind,
    attempts: fact.attempt,
    at: fact.at,
    ...(fact.reply === undefined ? {} : { reply: fact.reply }),
    ...(fact.host === undefined ? {} : { host: fact.host }),
    ...(fact.tls === undefined ? {} : { tls: fact.tls }),
    ...(fact.kind === 'delivered' ? {} : { rule: fact.rule, code: fact.code, detail: fact.detail }),
  }
}
