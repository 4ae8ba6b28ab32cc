/**
 * Upstream: several servers as one resolver, within one deadline.
 *
 * Policy. Servers are asked in their order. A server that says SERVFAIL or REFUSED, or cannot be reached, makes way for the
 * next at once; a silent one after a while that doubles with each round, and its late answer still counts. The first real
 * answer (records, NXDOMAIN, NODATA) wins. When there is none, the error that tells most is thrown: of those that said
 * SERVFAIL it is asked whether they would answer if they did not validate, since many have no other word for a broken proof.
 */
import type { Clock } from '../ambient/clock.ts'
import { DeadlineError, joined, withDeadline } from '../ambient/deadline.ts'
import { DnsError, type DnsErrorCode, isAbsence } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { interpret } from './interpret.ts'
import { normalName } from './name.ts'
import type { Answer, Question } from './record.ts'
import type { OpenResolver } from './resolver.ts'

export interface UpstreamOptions {
  readonly exchanges: readonly Exchange[]
  /** For one question, over all servers and rounds. @default 10000 */
  readonly timeoutMs?: number
  /** Until the next server is asked, in the first round. @default 1500 */
  readonly patienceMs?: number
  readonly clock: Clock
}

const DEFAULTS = { timeoutMs: 10_000, patienceMs: 1_500 }
const ROUNDS = 3
/** What tells more stands first. */
const TELLING: readonly DnsErrorCode[] = [
  'bogus',
  'cname-chain',
  'servfail',
  'malformed',
  'refused',
  'timeout',
  'unreachable',
]

export function upstreamResolver(options: UpstreamOptions): OpenResolver {
  const { exchanges, clock } = options
  const timeoutMs = options.timeoutMs ?? DEFAULTS.timeoutMs
  const patienceMs = options.patienceMs ?? DEFAULTS.patienceMs
  const closing = new AbortController()
  return {
    trustworthy: exchanges.every(exchange => exchange.trusted),
    query: async (asked, signal) => {
      const name = normalName(asked.name)
      if (name === undefined) throw new DnsError('bad-name', asked)
      const question: Question = { name, type: asked.type }
      if (closing.signal.aborted) throw new DnsError('closed', question)
      const attempt: Attempt = { question, exchanges, clock, patienceMs, errors: [] }
      try {
        using either = joined(signal, closing.signal)
        return await withDeadline({ clock, ms: timeoutMs, signal: either.signal }, within => askAll(attempt, within))
      } catch (error) {
        if (signal.aborted) throw signal.reason
        if (closing.signal.aborted) throw new DnsError('closed', question)
        if (error instanceof DeadlineError) throw mostTelling(attempt, timeoutMs)
        throw error
      }
    },
    close: async () => {
      closing.abort(new Error('the resolver was closed'))
      await Promise.all(exchanges.map(exchange => exchange.close()))
    },
  }
}

interface Attempt {
  readonly question: Question
  readonly exchanges: readonly Exchange[]
  readonly clock: Clock
  readonly patienceMs: number
  readonly errors: DnsError[]
}

async function askAll(attempt: Attempt, signal: AbortSignal): Promise<Answer> {
  const { exchanges, clock, errors } = attempt
  const done = new AbortController()
  const answered = Promise.withResolvers<Answer>()
  // When the deadline wins, nobody awaits this one.
  answered.promise.catch(() => {})
  const abort = (): void => answered.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  /** A server that gave a definite error is not asked again. */
  const failed = new Set<Exchange>()
  const servfails = new Set<Exchange>()
  const underway: Promise<void>[] = []

  const ask = async (exchange: Exchange): Promise<void> => {
    try {
      answered.resolve(interpret(attempt.question, await exchange.ask(attempt.question, done.signal), exchange.trusted))
    } catch (error) {
      if (isAbsence(error)) answered.reject(error)
      else if (error instanceof DnsError) {
        errors.push(error)
        failed.add(exchange)
        if (error.code === 'servfail') servfails.add(exchange)
      } else if (!done.signal.aborted) answered.reject(error)
    }
  }

  const rounds = async (): Promise<void> => {
    for (let round = 0; round < ROUNDS; round++) {
      for (const exchange of exchanges) {
        if (failed.has(exchange)) continue
        const asking = ask(exchange)
        underway.push(asking)
        await patience(asking, clock, { ms: attempt.patienceMs * 2 ** round, signal: done.signal })
      }
    }
    await Promise.all(underway)
    await askUnvalidated(attempt, servfails, done.signal)
    answered.reject(mostTelling(attempt))
  }

  try {
    rounds().catch(answered.reject)
    return await answered.promise
  } finally {
    signal.removeEventListener('abort', abort)
    done.abort()
  }
}

/** What answers with CD set, and SERVFAIL without, found a proof that fails. RFC 4035 §5.5 */
async function askUnvalidated(
  { question, clock, patienceMs, errors }: Attempt,
  servers: ReadonlySet<Exchange>,
  signal: AbortSignal,
): Promise<void> {
  const asking = [...servers].map(async exchange => {
    try {
      interpret(question, await exchange.ask({ ...question, checkingDisabled: true }, signal), false)
    } catch (error) {
      // That there is nothing is an answer; any other trouble leaves it at SERVFAIL.
      if (!isAbsence(error)) return
    }
    const detail = `DNSSEC validation failed (${exchange.server} answers only without it)`
    errors.push(new DnsError('bogus', question, { detail }))
  })
  await patience(
    Promise.all(asking).then(() => {}),
    clock,
    { ms: patienceMs, signal },
  )
}

/** Waits for the attempt to end, or for `ms`. */
async function patience(
  asking: Promise<void>,
  clock: Clock,
  limit: { ms: number; signal: AbortSignal },
): Promise<void> {
  const waited = Promise.withResolvers<void>()
  const cancel = clock.after(limit.ms, waited.resolve)
  limit.signal.addEventListener('abort', () => waited.resolve(), { once: true })
  try {
    await Promise.race([asking, waited.promise])
  } finally {
    cancel()
  }
  limit.signal.throwIfAborted()
}

function mostTelling({ question, errors, exchanges }: Attempt, timeoutMs?: number): DnsError {
  const [best] = [...errors].sort((a, b) => TELLING.indexOf(a.code) - TELLING.indexOf(b.code))
  const servers = exchanges.map(exchange => exchange.server).join(', ')
  const silent = new DnsError('timeout', question, { detail: `no answer from ${servers} within ${timeoutMs ?? 0} ms` })
  if (best === undefined) return silent
  return timeoutMs !== undefined && TELLING.indexOf(best.code) > TELLING.indexOf('timeout') ? silent : best
}
