/**
 * Draft: what a user of the SDK writes. Plain data; nothing here is checked yet (compose/ does that).
 */
import type { Buffer } from 'node:buffer'
import type { Readable } from 'node:stream'

/** `name@example.com`, `Name <name@example.com>`, or the two apart. */
export type Mailbox = string | { readonly name?: string; readonly address: string }

/** A file that goes with a message: its `content`, or a `path` to read. */
export interface Attachment {
  /** As recipients see it, up to 255 characters. By default the last part of `path`, or none. */
  readonly filename?: string
  /** Its bytes, a stream of them, or text. Text is taken as UTF-8 unless `encoding` is given. */
  readonly content?: string | Uint8Array | Buffer | Readable
  /** A file to read; refused unless `compose.allowFiles` is set. */
  readonly path?: string
  /** A media type, such as `application/pdf`. Throws `invalid-header` for `multipart/…`. @default guessed from the file name */
  readonly contentType?: string
  /** Refer to it from html as `cid:…`; makes the attachment inline. */
  readonly cid?: string
  /** What the string in `content` is encoded in: `base64`, `hex` or another of Buffer. @default 'base64' for binary content */
  readonly encoding?: string
}

/** An invitation that mail programs show with buttons (RFC 5545, RFC 6047). */
export interface Calendar {
  /** What mail programs do with it (RFC 5546 §1.4): `REQUEST` invites, `CANCEL` calls off, `PUBLISH` informs. @default 'PUBLISH' */
  readonly method?: string
  /** An iCalendar object (RFC 5545). */
  readonly content: string
  /** Its name as the attachment that goes along for mail programs that do not read calendars. @default invite.ics */
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
  /** Recipients, shown in the To field. A string is `name@example.com` or `Name <name@example.com>`. */
  readonly to?: Mailbox | readonly Mailbox[]
  /** Further recipients, shown in the Cc field. */
  readonly cc?: Mailbox | readonly Mailbox[]
  /** Only in the envelope; never in the message. */
  readonly bcc?: Mailbox | readonly Mailbox[]
  /** Where answers go instead of From: the Reply-To field. */
  readonly replyTo?: Mailbox | readonly Mailbox[]
  /** Any Unicode on one line. Throws `invalid-header` for a line break. */
  readonly subject?: string
  /** The body as plain text. @default what html says, unless `compose.textFromHtml` is off; `''` beside html means html alone */
  readonly text?: string
  /** The body as HTML. Nothing in it is changed or fetched. */
  readonly html?: string
  /** Further representations of the text, after html. */
  readonly alternatives?: readonly { readonly contentType: string; readonly content: string }[]
  /** Files, in the order in which mail programs show them. All together at most `limits.messageBytes`. */
  readonly attachments?: readonly Attachment[]
  /** An invitation, as one more form of the body. */
  readonly calendar?: Calendar
  /** Further fields by name; a list is the same field several times. Throws `invalid-header` for those that the draft has keys for. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** How recipients leave the list: List-Unsubscribe and, with a `url`, one click (RFC 2369, RFC 8058). */
  readonly listUnsubscribe?: ListUnsubscribe
  /** The Message-ID to use, with angle brackets. @default a new one in the From domain */
  readonly messageId?: string
  /** The Message-ID of the message that this one answers, with angle brackets. */
  readonly inReplyTo?: string
  /** The Message-IDs of the thread, oldest first, with angle brackets. */
  readonly references?: readonly string[]
  /** The Date field. @default now */
  readonly date?: Date
  /** Envelope reverse-path; `null` asks for no notices at all. @default the From address */
  readonly returnPath?: string | null
  /** Free labels, carried in facts and never sent. */
  readonly tags?: Readonly<Record<string, string>>
  /** REQUIRETLS (RFC 8689): every hop must be verified TLS, or the message comes back. @default false */
  readonly requireTls?: boolean
}
