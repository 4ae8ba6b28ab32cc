/**
 * DeliveryStatus: the machine's part of a delivery status notification: fields of the message, then fields of each recipient.
 *
 * Policy. Written by many programs: a recipient begins where one is named anew, wherever the blank lines stand, and fields may
 * be missing. RFC 3464 §2, RFC 6533 §3 (utf-8 addresses), RFC 3461 §4.2 (xtext).
 *
 * Not here: the words beside it (bounce-text.ts), what it means (outcome/).
 */
import { readFields } from '../mime/index.ts'
import { ACTIONS, type Action, type ReportedRecipient } from '../model/reported-recipient.ts'
import { hostIn, replyIn, stageIn, statusIn, withoutCommand } from './diagnostic.ts'

const MAX_RECIPIENTS = 1000
const MAX_DIAGNOSTIC = 2000

export interface DeliveryStatus {
  /** Reporting-MTA. RFC 3464 §2.2.2 */
  readonly reporter: string
  readonly recipients: readonly ReportedRecipient[]
  readonly envelopeId?: string
  readonly arrivedAt?: number
}

type Fields = ReadonlyMap<string, string>

/** Of the message, whatever block they stand in. RFC 3464 §2.2 */
const OF_MESSAGE: ReadonlySet<string> = new Set([
  'original-envelope-id',
  'reporting-mta',
  'dsn-gateway',
  'received-from-mta',
  'arrival-date',
])

export function readDeliveryStatus(text: string): DeliveryStatus {
  const common = new Map<string, string>()
  const recipients: Map<string, string>[] = []
  // Fields before the first name of a recipient, such as Action, are its own as well.
  let one = new Map<string, string>()
  for (const block of text.replace(/\r\n?/g, '\n').split(/\n(?:[ \t]*\n)+/)) {
    const fields = readFields(block)
    const begins = fields.some(([name]) => isName(name)) && isNamed(one)
    if (begins) one = new Map()
    for (const [name, value] of fields) {
      if (OF_MESSAGE.has(name)) {
        if (!common.has(name)) common.set(name, value)
        continue
      }
      // Two recipients without a blank line between them.
      if (one.has(name) && name === 'final-recipient') one = new Map()
      if (!one.has(name)) one.set(name, value)
      if (isName(name) && !recipients.includes(one) && recipients.length < MAX_RECIPIENTS) recipients.push(one)
    }
  }
  const reporting = common.get('reporting-mta') ?? ''
  // Some are called by one word.
  const reporter = hostOf(reporting) ?? /;\s*([\w-]{1,63})\s*$/.exec(reporting)?.[1]?.toLowerCase() ?? ''
  const arrivedAt = Date.parse(common.get('arrival-date') ?? '')
  const envelopeId = common.get('original-envelope-id')
  return {
    reporter,
    recipients: recipients.map(fields => recipientOf(fields, reporter)),
    ...(envelopeId !== undefined && { envelopeId }),
    ...(!Number.isNaN(arrivedAt) && { arrivedAt }),
  }
}

function isName(name: string): boolean {
  return name === 'final-recipient' || name === 'original-recipient' || name === 'x-actual-recipient'
}

function isNamed(fields: Fields): boolean {
  return fields.has('final-recipient') || fields.has('original-recipient')
}

function recipientOf(fields: Fields, reporter: string): ReportedRecipient {
  const final = addressOf(fields.get('final-recipient'))
  const original = addressOf(fields.get('original-recipient'))
  const diagnostic = diagnosticOf(fields)
  const said = withoutCommand(diagnostic)
  const status = statusIn(fields.get('status') ?? '')
  const reply = replyIn(said)
  const stage = stageIn(diagnostic)
  const host = hostOf(fields.get('remote-mta')) ?? hostIn(diagnostic) ?? (reporter === '' ? undefined : reporter)
  return {
    address: isAddress(final) ? final : original || final || addressOf(fields.get('x-actual-recipient')),
    ...(original !== '' && { original }),
    action: actionOf(fields.get('action'), fields.get('status')),
    ...(status !== undefined && { status }),
    ...(reply !== undefined && { reply }),
    diagnostic: said.replace(/\s+/g, ' ').trim(),
    ...(host !== undefined && { host }),
    ...(stage !== undefined && { stage }),
  }
}

/** Some write words behind it, and some the class alone. */
function actionOf(text = '', status = ''): Action {
  const written = /^[\s"]*([a-z]+)/i.exec(text)?.[1]?.toLowerCase() ?? ''
  const action = ACTIONS.find(known => known === written)
  if (action !== undefined) return action
  if (/^(?:expired|failure|deliverable|error|undeliverable)/.test(written)) return 'failed'
  return /^\s*2\./.test(status) ? 'delivered' : /^\s*4\./.test(status) && written === '' ? 'delayed' : 'failed'
}

function diagnosticOf(fields: Fields): string {
  return (fields.get('diagnostic-code') ?? fields.get('x-original-diagnostic') ?? '')
    .slice(0, MAX_DIAGNOSTIC)
    .replace(/^\s*[\w.-]{1,40}\s*;\s*/, '')
    .trim()
}

/** `dns; mx.example.com (192.0.2.1)` */
function hostOf(text = ''): string | undefined {
  const name = /^\s*(?:[\w-]{1,20}\s*;)?\s*\[?([\w-]{1,63}(?:\.[\w-]{1,63}){1,10})/.exec(text)?.[1]
  return name?.toLowerCase()
}

/** `rfc822; <a@example.com>`, `utf-8; grün@example.com`. RFC 3464 §2.3.1, RFC 6533 §3 */
export function addressOf(text = ''): string {
  const [, type, rest = ''] = /^\s*(?:([\w.-]{1,40})\s*;)?\s*(.*)$/s.exec(text.slice(0, MAX_DIAGNOSTIC)) ?? []
  const bare = (/<([^<>]{1,320})>/.exec(rest)?.[1] ?? rest).trim().replace(/^"(.*)"$/, '$1')
  const plain = /^utf-8$/i.test(type ?? '') ? unescapeUtf8(bare) : bare
  return plain
    .replace(/^(?:SMTP|mailto):/i, '')
    .replace(/\.$/, '')
    .slice(0, 320)
}

/** utf-8-addr-xtext: `\x{N}`. RFC 6533 §3 */
function unescapeUtf8(text: string): string {
  return text.replace(/\\x\{([0-9A-F]{1,6})\}/gi, (all, hex: string) => {
    const point = Number.parseInt(hex, 16)
    return point <= 0x10ffff ? String.fromCodePoint(point) : all
  })
}

function isAddress(text: string): boolean {
  return /^[^\s@|/<>]{1,64}@[^\s@<>]{1,255}$/.test(text)
}
