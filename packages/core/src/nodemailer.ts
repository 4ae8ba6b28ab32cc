/**
 * Entry "./nodemailer": a Nodemailer transport, so that `nodemailer.createTransport(postrider(options))` moves an app over.
 *
 * Policy. Nodemailer composes and decides the envelope, as its users are used to; Postrider clears, signs, queues and
 * delivers. `sendMail` is done when the message is on disk, so every envelope recipient stands in `accepted`, and `response` is
 * what a relay would have said. Recipients that are no addresses, those too that Nodemailer's parser drops, stand in `rejected`,
 * each with its error, and the others are sent to, as Nodemailer's SMTP transport does it; where none is left, the error names them. A `dkim` option of Nodemailer is not
 * needed.
 *
 * Not here: an import of nodemailer; the shapes below are those it calls a transport with.
 */
import type { Buffer } from 'node:buffer'
import { createMailer } from './api/create-mailer.ts'
import type { Mailer } from './api/mailer.ts'
import type { AcceptOptions, Receipt } from './api/receipt.ts'
import type { MailerSeams } from './assembly/mailer-parts.ts'
import type { MailerOptions } from './config/index.ts'
import { digestOfFields } from './flow/idempotency.ts'
import { parseAddress } from './model/address.ts'
import type { Notify } from './model/envelope.ts'
import { wrongValue } from './model/wrong-value.ts'

/** Of a message, besides what Nodemailer knows. Its own `priority`, which sets header fields, has the same words. */
const OPTIONS = ['idempotencyKey', 'notBefore', 'expiresAt', 'priority', 'tags'] as const

/** What `sendMail` gives, as Nodemailer's SMTP transport does. */
export interface PostriderInfo {
  /** As Nodemailer made it: the reverse-path, `false` for `<>`, and all recipients. */
  readonly envelope: { readonly from: string | false; readonly to: string[] }
  /** The Message-ID header, with angle brackets. */
  readonly messageId: string
  /** Recipients that are in the queue, as `local@domain`. */
  readonly accepted: string[]
  /** Recipients that are no addresses; they were left out. */
  readonly rejected: string[]
  /** Why, in the order of `rejected`. */
  readonly rejectedErrors?: Error[]
  /** Always empty: what waits, waits in the queue. */
  readonly pending: string[]
  /** `250 2.0.0 Ok: queued as` and the queue id, for programs that log it. */
  readonly response: string
  /** The receipt: its queue id, its clearance, and `settled()`. */
  readonly receipt: Receipt
  /** Further keys, which Nodemailer's own type has; this transport sets none. */
  // biome-ignore lint/suspicious/noExplicitAny: Nodemailer's SentMessageInfo has this index, and a result type must be assignable to it
  readonly [key: string]: any
}

/** The part of Nodemailer's MailMessage that is used. */
interface MailMessage {
  readonly data: { readonly [key: string]: unknown }
  readonly message: {
    getEnvelope(): { readonly from: string | false; readonly to: string[] }
    build(callback: (error: Error | null, bytes: Buffer) => void): unknown
  }
}

/** What `nodemailer.createTransport` takes. */
export interface PostriderTransport {
  /** `postrider`, in Nodemailer's log. */
  readonly name: string
  /** The version of this package. */
  readonly version: string
  /** Called by Nodemailer, with a message that it composed. */
  send(mail: MailMessage, callback: (error: Error | null, info?: PostriderInfo) => void): void
  /** Resolves when the options are right, the queue is open, names can be asked, and what would sign is cleared. */
  verify(callback?: (error: Error | null, success?: true) => void): Promise<true> | undefined
  /** Always: what waits is in the queue, not in the transport. */
  isIdle(): boolean
  /** Closes the mailer that it opened; one that was handed in stays open. */
  close(callback?: () => void): void
}

/** Makes the transport. * @param options as for `createMailer`, or a mailer that is open already (which `close` then leaves open) */
export function postrider(options: MailerOptions | Mailer = {}, seams: MailerSeams = {}): PostriderTransport {
  const given = isMailer(options) ? options : undefined
  let opened: Promise<Mailer> | undefined
  const mailer = (): Promise<Mailer> => {
    opened ??= (given === undefined ? createMailer(options as MailerOptions, seams) : Promise.resolve(given)).catch(
      error => {
        // The next message may find the options mended, as the files they name.
        opened = undefined
        throw error
      },
    )
    return opened
  }
  return {
    name: 'postrider',
    version: '0.1.0',
    send: (mail, callback) => {
      send(mail, mailer).then(
        info => callback(null, info),
        error => callback(error as Error),
      )
    },
    verify: callback => {
      const verified = mailer()
        .then(open => open.verify())
        .then(() => true as const)
      if (callback === undefined) return verified
      verified.then(
        success => callback(null, success),
        error => callback(error as Error),
      )
      return undefined
    },
    isIdle: () => true,
    close: callback => {
      const closed = given === undefined && opened !== undefined ? opened.then(open => open.close()) : Promise.resolve()
      closed.then(
        () => callback?.(),
        () => callback?.(),
      )
    },
  }
}

async function send(mail: MailMessage, mailer: () => Promise<Mailer>): Promise<PostriderInfo> {
  const { from, to } = mail.message.getEnvelope()
  const [bytes, open] = await Promise.all([build(mail), mailer()])
  const dsn = dsnOf(mail)
  const rejectedErrors = [...to.flatMap(rejectionOf), ...(await lost(mail, to))]
  const rejected = rejectedErrors.map(({ recipient }) => recipient)
  if (rejected.length > 0 && to.every(address => rejected.includes(address)))
    throw Object.assign(rejectedErrors[0]!, { rejected, rejectedErrors })
  const recipients = to.filter(address => !rejected.includes(address)).map(address => ({ address, ...notifyOf(dsn) }))
  const envelope = { from: from === false ? null : from, to: recipients, ...returnOf(dsn) }
  const receipt = await open.accept(bytes, envelope, optionsOf(mail))
  return {
    envelope: { from, to: [...to] },
    messageId: receipt.messageId,
    accepted: [...receipt.recipients],
    rejected,
    ...(rejected.length === 0 ? {} : { rejectedErrors }),
    pending: [],
    response: `250 2.0.0 Ok: queued as ${receipt.id}`,
    receipt,
  }
}

function build(mail: MailMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    mail.message.build((error, bytes) => (error === null ? resolve(bytes) : reject(error)))
  })
}

/** What is ours of the message: checked by `accept`. Date, Message-ID and boundaries are new whenever Nodemailer composes it. */
function optionsOf({ data }: MailMessage): AcceptOptions {
  const given = OPTIONS.flatMap(name => (data[name] === undefined ? [] : [[name, data[name]] as const]))
  const fingerprint = data.idempotencyKey === undefined ? {} : { fingerprint: digestOfFields(data) }
  return { ...Object.fromEntries(given), ...fingerprint }
}

type Rejection = Error & { readonly recipient: string }

/** Why nobody can be sent to under this name. */
function rejectionOf(recipient: string): readonly Rejection[] {
  const address = parseAddress(recipient)
  return 'problem' in address ? [rejected(recipient, { where: 'to', problem: address.problem })] : []
}

/** Those that Nodemailer read no address from, and left out of the envelope without a word. */
async function lost({ data }: MailMessage, envelope: readonly string[]): Promise<readonly Rejection[]> {
  const { lostRecipients } = await import('./compose/index.ts')
  const given = typeof data.envelope === 'object' && data.envelope !== null ? data.envelope : data
  const fields = given as Readonly<Record<string, unknown>>
  return ['to', 'cc', 'bcc'].flatMap(where =>
    lostRecipients(fields[where], envelope).map(recipient => {
      const address = parseAddress(recipient)
      const problem = 'problem' in address ? address.problem : 'it needs a comma before it'
      return rejected(recipient, { where, problem })
    }),
  )
}

function rejected(
  recipient: string,
  { where, problem }: { readonly where: string; readonly problem: string },
): Rejection {
  const found = JSON.stringify(recipient)
  const error = wrongValue('invalid-address', { where, found, wanted: `an address: ${problem}` })
  return Object.assign(error, { recipient })
}

/** Nodemailer's `dsn` option of a message. */
interface Dsn {
  readonly ret?: unknown
  readonly return?: unknown
  readonly id?: unknown
  readonly notify?: unknown
  readonly recipient?: unknown
  readonly orcpt?: unknown
}

function dsnOf({ data }: MailMessage): Dsn {
  return typeof data.dsn === 'object' && data.dsn !== null ? data.dsn : {}
}

/** RET and ENVID go with the envelope. RFC 3461 §4.3, §4.4 */
function returnOf(dsn: Dsn): { ret?: 'full' | 'headers'; envid?: string } {
  const ret = String(dsn.ret ?? dsn.return ?? '').toLowerCase()
  return {
    ...(ret === 'full' ? { ret } : ret === 'hdrs' || ret === 'headers' ? { ret: 'headers' } : {}),
    ...(typeof dsn.id === 'string' && dsn.id !== '' ? { envid: dsn.id } : {}),
  }
}

/** NOTIFY and ORCPT go with each recipient. RFC 3461 §4.1, §4.2 */
function notifyOf(dsn: Dsn): { notify?: readonly Notify[]; originalRecipient?: string } {
  const words = (Array.isArray(dsn.notify) ? dsn.notify : String(dsn.notify ?? '').split(','))
    .map(word => String(word).trim().toLowerCase())
    .filter(word => word !== '')
  const original = String(dsn.recipient ?? dsn.orcpt ?? '')
  return {
    ...(words.length === 0 ? {} : { notify: words as Notify[] }),
    ...(original === '' ? {} : { originalRecipient: original.includes(';') ? original : `rfc822;${original}` }),
  }
}

function isMailer(given: MailerOptions | Mailer): given is Mailer {
  return typeof (given as Mailer).accept === 'function'
}
