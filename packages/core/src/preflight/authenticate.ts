/**
 * Authenticate: is a mail that came in what it says to be? SPF, DKIM, DMARC and ARC, in one value and one header field.
 *
 * Policy. Evaluated as a receiver does it. What a chain of ARC says is told, and changes no verdict: whom to believe is not known here. A temporary DNS error is told as one, and is never a failure.
 *
 * Not here: what follows (the relay). RFC 7208, RFC 6376, RFC 9989, RFC 8617, RFC 8601.
 */
import type { Buffer } from 'node:buffer'
import type { Address, Domain } from '../model/address.ts'
import { printAddress } from '../model/address.ts'
import type { Asking } from './ask.ts'
import { type ArcChain, evaluateDmarc, evaluateSpf, type SpfResult, verifyIncoming } from './mailauth.ts'

export interface IncomingMail {
  readonly bytes: Buffer
  /** The author; several have no policy that could be held against them. */
  readonly author: Address | undefined
  readonly sender: Address | null
  readonly helo: string
  readonly address: string
  readonly hostname: string
}

export interface Authenticated {
  readonly spf: SpfResult
  readonly dkim: readonly { readonly domain: string; readonly result: string }[]
  readonly dmarc: 'pass' | 'fail' | 'none' | 'temperror'
  /** What the domain of the author asks for where DMARC fails. */
  readonly policy: 'none' | 'quarantine' | 'reject'
  readonly arc: ArcChain
  /** Who found it, and what, as the value of a field. */
  readonly results: string
  /** A header field, with its CRLF. RFC 8601 */
  readonly field: string
}

const MOST_SIGNATURES = 10

export async function authenticate(asking: Asking, mail: IncomingMail): Promise<Authenticated> {
  const { bytes, author, sender, helo, address, hostname } = mail
  const from = sender === null ? undefined : printAddress(sender)
  const [spf, { dkim: seen, arc }] = await Promise.all([
    evaluateSpf(asking, { sender: from, helo, address }),
    verifyIncoming(asking, bytes),
  ])
  // Without a signature one is told that says none.
  const dkim = seen.filter(({ domain }) => domain !== '')
  const identity = (sender?.domain ?? helo) as Domain
  const passing = dkim.filter(({ result }) => result === 'pass').map(({ domain }) => domain as Domain)
  const dmarc =
    author === undefined
      ? { result: 'none' as const, policy: 'none' as const }
      : await evaluateDmarc(asking, {
          from: author.domain,
          spf: spf.result === 'pass' ? identity : undefined,
          dkim: passing,
        })
  // What could not be asked may be what would have passed.
  const unsure = spf.result === 'temperror' || dkim.some(({ result }) => result === 'temperror')
  const result = dmarc.result === 'fail' && unsure ? 'temperror' : dmarc.result
  const lines = [
    `spf=${spf.result} ${sender === null ? 'smtp.helo' : 'smtp.mailfrom'}=${word(sender === null ? helo : identity)}`,
    ...dkim
      .slice(0, MOST_SIGNATURES)
      .map(
        ({ domain, selector, result }) => `dkim=${word(result)} header.d=${word(domain)} header.s=${word(selector)}`,
      ),
    ...(dkim.length === 0 ? ['dkim=none'] : []),
    `dmarc=${result}${author === undefined ? '' : ` header.from=${word(author.domain)}`}`,
    // RFC 8617 §6. Nobody forwarded it, or nothing is known of who did.
    ...(arc.result === 'none' || arc.result === 'temperror' ? [] : [`arc=${arc.result} smtp.remote-ip=${address}`]),
  ]
  const results = `${hostname};\r\n\t${lines.join(';\r\n\t')}`
  return {
    spf: spf.result,
    dkim: dkim.map(({ domain, result }) => ({ domain, result })),
    dmarc: result,
    policy: dmarc.policy,
    arc,
    results,
    field: `Authentication-Results: ${results}\r\n`,
  }
}

/** What a stranger wrote of itself, as a token. */
function word(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]/g, '?').slice(0, 255) || 'unknown'
}
