/**
 * Evidence: what one hop showed, unjudged. A reply for each recipient that got one, and the loss of the connection, if it
 * was lost, for all that got none.
 */
import type { Reply } from './reply.ts'
import type { Hop, TlsSource } from './route.ts'

/** In the order an attempt passes them. */
export const STAGES = [
  'route',
  'connect',
  'greeting',
  'ehlo',
  'starttls',
  'tls',
  'auth',
  'mail',
  'rcpt',
  'data',
  'body',
  /** Between our final dot and the reply: the only place where a duplicate can be born. RFC 1047 */
  'final-dot',
] as const
/** How far an attempt came, in the order that attempts pass it. */
export type Stage = (typeof STAGES)[number]

/** Why a conversation could not go on. What a server said is a Reply; a loss is what it did not say. */
export const LOSS_CODES = {
  'connect-refused': 'The connection was refused.',
  'connect-timeout': 'No connection within the deadline.',
  unreachable: 'The network or host cannot be reached.',
  'local-address': 'Our own address cannot be used to reach the host.',
  reset: 'The connection was reset.',
  closed: 'The server closed the connection without a reply.',
  timeout: 'No reply within the deadline of this command.',
  'protocol-error': 'The server said something that is not SMTP.',
  'line-too-long': 'A reply line or a whole reply is larger than any server needs.',
  'starttls-missing': 'TLS is required and not offered.',
  'starttls-refused': 'TLS is required and STARTTLS was refused.',
  'tls-handshake': 'The TLS handshake failed.',
  'tls-name-mismatch': 'The certificate is for another name.',
  'tls-expired': 'The certificate has expired or is not valid yet.',
  'tls-untrusted': 'The certificate leads to no authority we trust.',
  'tls-dane-mismatch': 'No TLSA record matches the certificate.',
  'auth-missing': 'Login is configured and no usable method is offered.',
  'requiretls-missing': 'REQUIRETLS was asked for and is not offered.',
  'size-exceeded': 'The server announced a smaller maximum size than this message has.',
  'smtputf8-missing': 'An address or header needs SMTPUTF8 and it is not offered.',
  'eightbit-missing': 'The body needs 8BITMIME and it is not offered.',
  aborted: 'We were told to stop.',
} as const
/** How a connection was lost. */
export type LossCode = keyof typeof LOSS_CODES

export interface Loss {
  readonly stage: Stage
  readonly code: LossCode
  readonly detail: string
  /** Redacted C:/S: lines of the conversation. */
  readonly transcript?: readonly string[]
}

/** A refusal of the session itself: greeting, EHLO, STARTTLS or AUTH answered 4yz or 5yz. */
export interface SessionRefusal {
  readonly stage: Stage
  readonly reply: Reply
}

export interface RecipientAnswer {
  /** JobRecipient.index */
  readonly recipient: number
  readonly stage: Stage
  readonly reply: Reply
}

/** What was negotiated. */
export interface TlsSeen {
  /** `TLSv1.3` */
  readonly protocol: string
  /** The name that OpenSSL has for it, such as `TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string
  /** The strongest true thing that can be said. */
  readonly verified: 'dane' | 'pkix' | 'none'
  /** The session of an earlier connection was taken up again, without a new handshake of certificates. */
  readonly resumed: boolean
  /** Why the certificate would not have passed, when nothing demanded that it did. */
  readonly problem?: string
  /** The same for programs. */
  readonly problemCode?: LossCode
  /** What demanded it, the strictest first asked; absent when nothing did. */
  readonly policy?: TlsSource
}

export interface Evidence {
  readonly kind: 'evidence'
  readonly hop: Hop
  readonly tls?: TlsSeen
  /** STARTTLS was offered but failed, and this hop was then used in plain text. */
  readonly fellBackToPlain?: string
  readonly answers: readonly RecipientAnswer[]
  /** NOTIFY was passed on: success is the next host's to report. RFC 3461 §5.2.1 */
  readonly dsnPassedOn?: boolean
  readonly refusal?: SessionRefusal
  readonly loss?: Loss
  /** Redacted C:/S: lines, kept when anything but success was seen, or when it was asked for. */
  readonly transcript?: readonly string[]
  /** It was asked for. */
  readonly keepsDialogue?: boolean
  readonly sessionReused: boolean
  /** Messages that the session had carried before. */
  readonly served?: number
  /** From borrowing the session to the last reply. */
  readonly tookMs: number
}
