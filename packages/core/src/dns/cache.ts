/**
 * Cache: a caching decorator over any Resolver.
 *
 * Policy. An answer is kept as long as its shortest record says, a day at most; NXDOMAIN and NODATA as long as the SOA says,
 * three hours at most (RFC 2308 §5); trouble for three seconds, so that a thousand messages to a broken domain cost one
 * question. Those who ask for the same thing at once share one question, which goes on when one of them leaves. What is
 * told of the remaining TTL shrinks with time. What is asked past the memory (`fresh`) takes the place of what it holds, so
 * that nobody is told the old answer after somebody was told the new one; trouble takes the place of nothing.
 */
import type { Clock } from '../ambient/clock.ts'
import { orAborted } from '../ambient/deadline.ts'
import { type Loaded, TtlCache } from '../ambient/ttl-cache.ts'
import { DnsError, isAbsence } from './errors.ts'
import { normalName } from './name.ts'
import type { Answer, Question } from './record.ts'
import type { OpenResolver, Resolver } from './resolver.ts'

export interface CacheOptions {
  readonly clock: Clock
  /** @default 10000 */
  readonly maxEntries?: number
}

const MAX_TTL_S = 86_400
const MAX_NEGATIVE_TTL_S = 3 * 3_600
const TROUBLE_MS = 3_000
const MAX_ENTRIES = 10_000

interface Kept {
  readonly result: Answer | DnsError
  /** When its TTL ends, by the monotonic clock. */
  readonly until: number
}

export function cachingResolver(
  inner: Resolver | OpenResolver,
  { clock, maxEntries = MAX_ENTRIES }: CacheOptions,
): OpenResolver {
  const cache = new TtlCache<string, Kept>({ clock, max: maxEntries })
  const closing = new AbortController()

  const load = async (question: Question): Promise<Loaded<Kept>> => {
    const result = await inner.query(question, closing.signal).catch(error => {
      if (error instanceof DnsError && !closing.signal.aborted) return error
      throw error
    })
    const ttlMs = lifetime(result)
    return { value: { result, until: clock.monotonic() + ttlMs }, ttlMs }
  }

  const normal = (asked: Question, signal: AbortSignal): Question => {
    signal.throwIfAborted()
    const question: Question = { ...asked, name: normalName(asked.name) ?? asked.name }
    if (closing.signal.aborted) throw new DnsError('closed', question)
    return question
  }
  const told = (kept: Kept): Answer => tell(kept, Math.max(0, Math.ceil((kept.until - clock.monotonic()) / 1000)))

  return {
    trustworthy: inner.trustworthy,
    query: async (asked, signal) => {
      const question = normal(asked, signal)
      const key = keyOf(question)
      const known = cache.get(key)
      return told(
        known ??
          (await orAborted(
            cache.getOrLoad(key, () => load(question)),
            signal,
          )),
      )
    },
    fresh: {
      trustworthy: inner.trustworthy,
      query: async (asked, signal) => {
        const question = normal(asked, signal)
        const asking = load(question).then(({ value, ttlMs }) => {
          const isTrouble = value.result instanceof DnsError && !isAbsence(value.result)
          if (!isTrouble) cache.replace(keyOf(question), value, ttlMs)
          return value
        })
        return told(await orAborted(asking, signal))
      },
    },
    close: async () => {
      closing.abort(new Error('the resolver was closed'))
      cache.clear()
      if ('close' in inner) await inner.close()
    },
  }
}

function keyOf({ name, type }: Question): string {
  return `${type} ${name}`
}

function lifetime(result: Answer | DnsError): number {
  if (!(result instanceof DnsError)) return Math.min(result.ttl, MAX_TTL_S) * 1000
  return isAbsence(result) ? Math.min(result.ttl, MAX_NEGATIVE_TTL_S) * 1000 : TROUBLE_MS
}

function tell({ result }: Kept, ttl: number): Answer {
  if (!(result instanceof DnsError)) return result.ttl === ttl ? result : { ...result, ttl }
  const { code, question, detail, authentic, names, cause } = result
  throw new DnsError(code, question, { detail, authentic, names, cause, ttl: isAbsence(result) ? ttl : 0 })
}
