/**
 * Mailauth: SPF, DKIM, DMARC and ARC evaluated by mailauth, through our own Resolver. The only mailauth import of this room, loaded
 * when first needed.
 *
 * Policy. Strict modes: RFC 7208 and RFC 9989 to the letter. Its resolver is node-style.ts. The TTL of a result is the
 * least of all answers that went into it. It is loaded part by part, since the first message of a program that serves others
 * must not keep them waiting for all of it.
 *
 * Not here: what a result means for a sender (spf.ts, dmarc.ts).
 */
import type { Buffer } from 'node:buffer'
import { createRequire } from 'node:module'
import type { ARCData, DKIMResult } from 'mailauth'
import { DeadlineError } from '../ambient/deadline.ts'
import type { Domain } from '../model/address.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import type { Asking } from './ask.ts'
import { nodeStyle } from './node-style.ts'

export const SPF_RESULTS = ['pass', 'fail', 'softfail', 'neutral', 'none', 'permerror', 'temperror'] as const
export type SpfResult = (typeof SPF_RESULTS)[number]

export interface SpfQuestion {
  /** The reverse-path; undefined for a null one, whose identity is the HELO name (RFC 7208 §2.4). */
  readonly sender: string | undefined
  readonly helo: string
  readonly address: string
}

export interface SpfEvaluation {
  readonly result: SpfResult
  /** What went wrong, in words; of permerror and temperror. */
  readonly problem?: string
  /** The record of the domain asked about, if there is one. */
  readonly record?: string
  /** DNS look-ups of its terms until the result was known. RFC 7208 §4.6.4 */
  readonly lookups: number
  readonly voids: number
  /** Seconds. */
  readonly ttl: number
}

export interface DmarcQuestion {
  readonly from: Domain
  /** The SPF identity that passes, if it does. */
  readonly spf: Domain | undefined
  /** d= of the signatures that verify. */
  readonly dkim: readonly Domain[]
}

export interface DmarcEvaluation {
  /** `none`: no policy is published. */
  readonly result: 'pass' | 'fail' | 'none' | 'temperror'
  readonly problem?: string
  /** After sp=, np= and t=. */
  readonly policy: 'none' | 'quarantine' | 'reject'
  readonly record?: string
  /** Where it was found. */
  readonly policyDomain?: string
  readonly alignedSpf?: string
  readonly alignedDkim?: string
  /** Seconds. */
  readonly ttl: number
}

/** What takes longest to load of it, each as its user finds it; a part that needs another stands after it. */
const HEAVY_PARTS: readonly (readonly string[])[] = [
  ['mailauth/lib/spf/index.js', 'libmime', 'encoding-japanese'],
  ['mailauth/lib/spf/index.js', 'libmime'],
  ['mailauth/lib/spf/index.js', 'tldts'],
  ['mailauth/lib/spf/index.js', 'joi', '@hapi/hoek'],
  ['mailauth/lib/spf/index.js', 'joi', '@hapi/address'],
  ['mailauth/lib/spf/index.js', 'joi'],
]

const memory: { loading?: Promise<void> } = {}

/** Together they would stop the event loop for a tenth of a second. */
export function loadInParts(): Promise<void> {
  memory.loading ??= (async () => {
    for (const way of HEAVY_PARTS) {
      await turn()
      requirePart(way)
    }
    await turn()
  })()
  return memory.loading
}

function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** One that is not there any more is not missed: what needs it will load what it needs. */
function requirePart(way: readonly string[]): void {
  try {
    let require = createRequire(import.meta.url)
    for (const name of way.slice(0, -1)) require = createRequire(require.resolve(name))
    require(way.at(-1) ?? '')
  } catch {}
}

export async function evaluateSpf(asking: Asking, question: SpfQuestion): Promise<SpfEvaluation> {
  await loadInParts()
  const { spf } = await import('mailauth/lib/spf/index.js')
  const dns = nodeStyle(asking)
  const { sender, helo, address } = question
  const seen = await spf({
    ...(sender === undefined ? {} : { sender }),
    helo,
    ip: address,
    mta: helo,
    resolver: dns.resolve as never,
    strict: true,
  })
  throwIfStopped(asking)
  const result = SPF_RESULTS.find(known => known === seen.status.result) ?? 'temperror'
  const problem = /\blookup of \S+: (.*)$/.exec(seen.status.comment || '')?.[1]
  return {
    result,
    ...(problem === undefined ? {} : { problem }),
    ...(seen.rr === undefined ? {} : { record: seen.rr }),
    lookups: seen.lookups?.count ?? 0,
    voids: seen.lookups?.void ?? 0,
    ttl: dns.ttl(),
  }
}

export async function evaluateDmarc(asking: Asking, { from, spf, dkim }: DmarcQuestion): Promise<DmarcEvaluation> {
  await loadInParts()
  const { dmarc } = await import('mailauth/lib/dmarc/index.js')
  const dns = nodeStyle(asking)
  const seen = await dmarc({
    headerFrom: [from],
    spfDomains: spf === undefined ? [] : [spf],
    dkimDomains: dkim.map(domain => ({ domain })),
    resolver: dns.resolve as never,
    strict: true,
  })
  throwIfStopped(asking)
  if (seen === false) return { result: 'none', policy: 'none', ttl: dns.ttl() }
  const { result } = seen.status
  const { rr, policy, policyDomain, alignment, error } = seen as typeof seen & { policyDomain?: string }
  return {
    result: result === 'pass' || result === 'fail' || result === 'temperror' ? result : 'none',
    policy: policy === 'quarantine' || policy === 'reject' ? policy : 'none',
    ...(error === undefined ? {} : { problem: error }),
    ...(rr === undefined ? {} : { record: rr }),
    ...(policyDomain === undefined ? {} : { policyDomain }),
    ...(alignment?.spf?.result ? { alignedSpf: alignment.spf.result } : {}),
    ...(alignment?.dkim?.result ? { alignedDkim: alignment.dkim.result } : {}),
    ttl: dns.ttl(),
  }
}

export interface DkimVerification {
  readonly domain: string
  readonly selector: string
  /** As Authentication-Results says it. RFC 8601 §2.7.1 */
  readonly result: string
  readonly problem?: string
}

/** Every signature of a message. */
export async function verifyDkim(asking: Asking, message: Buffer): Promise<readonly DkimVerification[]> {
  const { dkimVerify } = await import('mailauth/lib/dkim/verify.js')
  const dns = nodeStyle(asking)
  const { results } = await dkimVerify(message, { resolver: dns.resolve as never })
  throwIfStopped(asking)
  return results.map(decodeSignature)
}

function decodeSignature({ signingDomain, selector, status }: DKIMResult): DkimVerification {
  return {
    domain: signingDomain ?? '',
    selector: selector ?? '',
    result: status.result,
    ...(status.comment ? { problem: status.comment } : {}),
  }
}

/** The chain of those who handed a message on, as it stands. RFC 8617 §5.2 */
export interface ArcChain {
  /** `temperror`: a key could not be asked for. */
  readonly result: 'none' | 'pass' | 'fail' | 'temperror'
  /** Whether a further seal says anything: not above one that failed before, nor where nothing is known. RFC 8617 §5.1 */
  readonly sealable: boolean
}

/** Every signature of a message, and its chain. */
export async function verifyIncoming(
  asking: Asking,
  message: Buffer,
): Promise<{ readonly dkim: readonly DkimVerification[]; readonly arc: ArcChain }> {
  const [{ dkimVerify }, { arc }] = await Promise.all([
    import('mailauth/lib/dkim/verify.js'),
    import('mailauth/lib/arc/index.js'),
  ])
  const dns = nodeStyle(asking)
  const seen = await dkimVerify(message, { resolver: dns.resolve as never })
  throwIfStopped(asking)
  const chained = nodeStyle(asking)
  const { status } = await arc(seen.arc as ARCData, { resolver: chained.resolve as never, strict: true })
  throwIfStopped(asking)
  const isUnsure = status.result === 'fail' && (chained.failed() || dns.failed())
  const result = isUnsure ? 'temperror' : status.result === 'pass' || status.result === 'fail' ? status.result : 'none'
  const sealable = result !== 'temperror' && (result !== 'fail' || status.shouldSeal === true)
  return { dkim: seen.results.map(decodeSignature), arc: { result, sealable } }
}

export interface ArcSeal {
  readonly key: DkimKey
  readonly chain: ArcChain
  /** What was found of the message, as in Authentication-Results. */
  readonly results: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/** The fields of one more set, each with its CRLF, to stand above the message; empty where none can be made. RFC 8617 §5.1 */
export async function sealArc(message: Buffer, { key, chain, results, now }: ArcSeal): Promise<string> {
  if (!chain.sealable || chain.result === 'temperror') return ''
  const { sealMessage } = await import('mailauth/lib/arc/index.js')
  const sealed = await sealMessage(message, {
    signingDomain: key.domain,
    selector: key.selector,
    privateKey: key.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cv: chain.result,
    authResults: results,
    signTime: new Date(now),
  })
  return sealed.toString('latin1')
}

/** mailauth takes every rejection for trouble with the DNS; being told to stop is not. */
function throwIfStopped({ signal }: Asking): void {
  if (!(signal.reason instanceof DeadlineError)) signal.throwIfAborted()
}
