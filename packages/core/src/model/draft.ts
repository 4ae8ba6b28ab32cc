/**
 * Draft: what a user of the SDK writes. Plain data; nothing here is checked yet (compose/ does that).
 */
import type { Buffer } from 'node:buffer'
import type { Readable } from 'node:stream'

/** `name@example.com`, `Name <name@example.com>`, or the two apart. */
export type Mailbox = string | { readonly name?: string; readonly address: string }

/** A file that goes with a message: its `content`, or a `path` to read. */
export interface Attachment {
  readonly filename?: string
  readonly content?: string | Uint8Array | Buffer | Readable
  /** A file to read; refused unless `compose.allowFiles` is set. */
  readonly path?: string
  /** @default guessed from the file name */
  readonly contentType?: string
  /** Refer to it from html as `cid:…`; makes the attachment inline. */
  readonly cid?: string
  /** @default 'base64' for binary content */
  readonly encoding?: string
}

/** An invitation that mail programs show with buttons (RFC 5545, RFC 6047). */
export interface Calendar {
  /** @default 'PUBLISH' */
  readonly method?: string
  /** An iCalendar object (RFC 5545). */
  readonly content: string
  readonly filename?: string
}

/** RFC 2369, RFC 8058 */
export interface ListUnsubscribe {
  /** An https address that takes the one-click POST. */
  readonly url?: string
  /** A mailbox that takes unsubscribe mail. */
  readonly mailto?: string
}

/** A message as a program writes it. Needs `from`, one recipient, and a text, HTML, calendar or attachment. */
export interface Draft {
  /** Exactly one author. Gmail refuses several. */
  readonly from: Mailbox
  readonly to?: Mailbox | readonly Mailbox[]
  readonly cc?: Mailbox | readonly Mailbox[]
  /** Only in the envelope; never in the message. */
  readonly bcc?: Mailbox | readonly Mailbox[]
  readonly replyTo?: Mailbox | readonly Mailbox[]
  readonly subject?: string
  /** @default what html says, unless `compose.textFromHtml` is off; `''` beside html means html alone */
  readonly text?: string
  readonly html?: string
  /** Further representations of the text, after html. */
  readonly alternatives?: readonly { readonly contentType: string; readonly content: string }[]
  readonly attachments?: readonly Attachment[]
  readonly calendar?: Calendar
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly listUnsubscribe?: ListUnsubscribe
  /** The Message-ID to use, with angle brackets. @default a new one in the From domain */
  readonly messageId?: string
  readonly inReplyTo?: string
  readonly references?: readonly string[]
  /** @default now */
  readonly date?: Date
  /** Envelope reverse-path; `null` asks for no notices at all. @default the From address */
  readonly returnPath?: string | null
  /** Free labels, carried in facts and never sent. */
  readonly tags?: Readonly<Record<string, string>>
  /** REQUIRETLS (RFC 8689): every hop must be verified TLS, or the message comes back. @default false */
  readonly requireTls?: boolean
}
