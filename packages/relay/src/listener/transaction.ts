/**
 * Transaction: one message's envelope as MAIL and RCPT build it, with what their parameters mean.
 *
 * Not here: who may send as whom (admission/), the text of the commands (command.ts).
 * RFC 1870, RFC 3461 §4, RFC 4954 §5, RFC 6152, RFC 6531 §3.4, RFC 8689 §3.
 */
import { Buffer } from 'node:buffer'
import type { Address, Notify } from '@postrider/core'
import { type Reply, refuse } from '../admission/index.ts'

export interface TransactionRecipient {
  readonly address: Address
  readonly notify?: readonly Notify[]
  readonly originalRecipient?: string
}

export interface Transaction {
  /** Unique on this host while the process lives: session and count. */
  readonly id: string
  /** null is the null reverse-path. */
  readonly sender: Address | null
  readonly options: MailOptions
  readonly recipients: TransactionRecipient[]
}

export interface MailOptions {
  readonly sizeBytes?: number
  readonly eightBit?: boolean
  readonly utf8?: boolean
  readonly requireTls?: boolean
  readonly ret?: 'full' | 'headers'
  readonly envid?: string
}

export interface RcptOptions {
  readonly notify?: readonly Notify[]
  readonly originalRecipient?: string
}

interface Limits {
  readonly messageBytes: number
  /** TLS is active, which REQUIRETLS needs. */
  readonly secure: boolean
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

const NO_OPTIONS: MailOptions = {}
const NO_RCPT_OPTIONS: RcptOptions = {}

export function readMailParameters(parameters: ReadonlyMap<string, string>, limits: Limits): MailOptions | Reply {
  if (parameters.size === 0) return NO_OPTIONS
  const options: Writable<MailOptions> = {}
  for (const [name, value] of parameters) {
    const problem = readMailParameter(name, value, options, limits)
    if (problem) return problem
  }
  return options
}

function readMailParameter(
  name: string,
  value: string,
  options: Writable<MailOptions>,
  limits: Limits,
): Reply | undefined {
  switch (name) {
    case 'SIZE':
      // RFC 1870 §5
      if (!/^\d{1,20}$/.test(value)) return refuse('bad-parameter', 'SIZE must be a number')
      if (Number(value) > limits.messageBytes) return tooLarge(limits.messageBytes)
      options.sizeBytes = Number(value)
      return undefined
    case 'BODY':
      if (!/^(?:7BIT|8BITMIME)$/i.test(value)) return refuse('bad-parameter', 'BODY must be 7BIT or 8BITMIME')
      options.eightBit = value.toUpperCase() === '8BITMIME'
      return undefined
    case 'SMTPUTF8':
      if (value !== '') return refuse('bad-parameter', 'SMTPUTF8 takes no value')
      options.utf8 = true
      return undefined
    case 'REQUIRETLS':
      if (value !== '') return refuse('bad-parameter', 'REQUIRETLS takes no value')
      if (!limits.secure) return refuse('requiretls-needs-tls')
      options.requireTls = true
      return undefined
    case 'RET':
      if (!/^(?:FULL|HDRS)$/i.test(value)) return refuse('bad-parameter', 'RET must be FULL or HDRS')
      options.ret = value.toUpperCase() === 'FULL' ? 'full' : 'headers'
      return undefined
    case 'ENVID': {
      const envid = decodeXtext(value)
      if (envid === undefined || value.length > 100) return refuse('bad-parameter', 'ENVID is not xtext')
      options.envid = envid
      return undefined
    }
    case 'AUTH':
      // RFC 4954 §5: whoever offers AUTH must take it; we trust nobody's word and drop it.
      return undefined
    default:
      return refuse('unknown-parameter', `Parameter ${name.slice(0, 40)} not known`)
  }
}

export function readRcptParameters(parameters: ReadonlyMap<string, string>): RcptOptions | Reply {
  if (parameters.size === 0) return NO_RCPT_OPTIONS
  const options: Writable<RcptOptions> = {}
  for (const [name, value] of parameters) {
    if (name === 'NOTIFY') {
      const notify = value.toLowerCase().split(',')
      // RFC 3461 §4.1: NEVER stands alone.
      const known = notify.every(isNotify) && (!notify.includes('never') || notify.length === 1)
      if (!known) return refuse('bad-parameter', 'NOTIFY must be NEVER, or of SUCCESS, FAILURE and DELAY')
      options.notify = notify as Notify[]
    } else if (name === 'ORCPT') {
      const original = decodeOrcpt(value)
      if (original === undefined || value.length > 500) return refuse('bad-parameter', 'ORCPT is not type;xtext')
      options.originalRecipient = original
    } else return refuse('unknown-parameter', `Parameter ${name.slice(0, 40)} not known`)
  }
  return options
}

export function tooLarge(limitBytes: number): Reply {
  return refuse('too-large', `The message is too large; the limit is ${limitBytes} octets`)
}

function isNotify(word: string): word is Notify {
  return word === 'never' || word === 'success' || word === 'failure' || word === 'delay'
}

/** RFC 3461 §4.2: `rfc822;xtext`, or UTF-8 in `utf-8;` (RFC 6533 §3) */
function decodeOrcpt(value: string): string | undefined {
  const [, type, text = ''] = /^([A-Za-z0-9-]+);(.+)$/.exec(value) ?? []
  const decoded = decodeXtext(text)
  return type && decoded ? `${type};${decoded}` : undefined
}

/** RFC 3461 §4. A control character has no business in it. */
function decodeXtext(text: string): string | undefined {
  if (/\+(?![0-9A-F]{2})/.test(text)) return undefined
  const octets = text.replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  const decoded = Buffer.from(octets, /[^\x00-\xff]/.test(octets) ? 'utf8' : 'latin1').toString('utf8')
  return /[\x00-\x1f\x7f]/.test(decoded) ? undefined : decoded
}
