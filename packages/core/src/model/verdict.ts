/**
 * Verdict: the judgement for one recipient after one hop.
 */
import type { LeftFrom } from './egress.ts'
import type { TlsSeen } from './evidence.ts'
import type { Failure } from './failure.ts'
import type { Reply } from './reply.ts'

export interface Accepted {
  readonly kind: 'accepted'
  readonly recipient: number
  readonly reply: Reply
  /** Host name and address of the hop. */
  readonly host: string
  readonly address: string
  readonly tls?: TlsSeen
  /** Why TLS failed before plain text was used. */
  readonly fellBackToPlain?: string
  readonly leftFrom?: LeftFrom
  /** The host took over the request to report success. RFC 3461 §5.2.1 */
  readonly dsnPassedOn?: boolean
  /** Redacted C:/S: lines, where they were asked for. */
  readonly transcript?: readonly string[]
}

export interface Failed {
  readonly kind: 'failed'
  readonly recipient: number
  readonly failure: Failure
  readonly host?: string
  readonly address?: string
  readonly tls?: TlsSeen
  /** Why TLS failed before plain text was used. */
  readonly fellBackToPlain?: string
  readonly leftFrom?: LeftFrom
}

export type Verdict = Accepted | Failed
