/**
 * PostmarkInbound: a mail that came in, in the form in which Postmark posts one, for programs that read that.
 *
 * Policy. The fields of Postmark under their names, from the mail as it came. The id is made of the mail and the address, so that it is the
 * same whenever the mail is brought again. Of a reply, what is new is what stands above the first line that quotes; where no line is known
 * to, nothing is guessed. What Postmark finds out by filters of its own (spam) is no part of it.
 *
 * Not here: how it is posted (inbound-poster.ts). https://postmarkapp.com/developer/webhooks/inbound-webhook
 */
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { mailReader } from '@postrider/core'

type ReadMessage = ReturnType<Awaited<ReturnType<typeof mailReader>>['readMessage']>

export interface InboundMail {
  readonly mail: Buffer
  /** The address of ours that it came to. */
  readonly to: string
}

interface Person {
  readonly Email: string
  readonly Name: string
  readonly MailboxHash: string
}

/** Above these, in a reply, stands what is new. */
const QUOTES =
  /^(?:>|-{2,}\s*Original Message|_{10,}\s*$|(?:On|Am|Le|El|Il|Op|Den) .{5,200}(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev)[^\n]{0,20}:\s*$|.{5,200}(?:寫道|写道)[：:]\s*$)/im
const MOST_PEOPLE = 1000

/** The id, and the body as it is posted. */
export function postmarkInbound(
  { headers, parts, text, html }: ReadMessage,
  { mail, to }: InboundMail,
): { readonly id: string; readonly body: string } {
  const field = (name: string): string => headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? ''
  const people = (name: string): readonly Person[] => peopleIn(field(name))
  const [from = NOBODY] = people('from')
  const id = idOf({ mail, to })
  const attachments = parts.filter(({ isAttachment }) => isAttachment)
  const body = {
    MessageStream: 'inbound',
    FromName: from.Name,
    From: from.Email,
    FromFull: from,
    ...named('To', people('to')),
    ...named('Cc', people('cc')),
    ...named('Bcc', people('bcc')),
    OriginalRecipient: to,
    Subject: field('subject'),
    MessageID: id,
    ReplyTo: field('reply-to'),
    MailboxHash: hashOf(to),
    Date: field('date'),
    TextBody: text ?? '',
    HtmlBody: html ?? '',
    StrippedTextReply: replyIn(text ?? '', field('in-reply-to') !== ''),
    Tag: '',
    Headers: headers.map(([Name, Value]) => ({ Name, Value })),
    Attachments: attachments.map(({ number, type, filename, contentId, octets }) => {
      const content = octets()
      return {
        Name: filename ?? `attachment-${number}`,
        Content: content.toString('base64'),
        ContentType: type,
        ContentLength: content.length,
        ContentID: contentId ?? '',
      }
    }),
  }
  return { id, body: JSON.stringify(body) }
}

const NOBODY: Person = { Email: '', Name: '', MailboxHash: '' }

function named(name: string, people: readonly Person[]): Readonly<Record<string, unknown>> {
  const texts = people.map(({ Email, Name }) => (Name === '' ? Email : `"${Name.replaceAll('"', '')}" <${Email}>`))
  return { [name]: texts.join(', '), [`${name}Full`]: people }
}

/** `"Doe, Ann" <ann@x.example>, bob@x.example`: what is no address is left out. */
function peopleIn(text: string): readonly Person[] {
  const people: Person[] = []
  for (const [, quoted, bare = '', angled, plain] of text.matchAll(
    /(?:"((?:[^"\\]|\\.)*)"|([^",<>@]*))\s*<([^<>\s]{1,320})>|([^\s",;:<>]{1,64}@[^\s",;:<>]{1,255})/g,
  )) {
    const Email = angled ?? plain ?? ''
    const Name = (quoted?.replaceAll(/\\(.)/g, '$1') ?? bare).trim()
    people.push({ Email, Name, MailboxHash: hashOf(Email) })
    if (people.length === MOST_PEOPLE) break
  }
  return people
}

/** `reply+4711@x.example`: what stands behind the plus. */
function hashOf(address: string): string {
  return /\+([^@]*)@[^@]*$/.exec(address)?.[1] ?? ''
}

function replyIn(text: string, isReply: boolean): string {
  if (!isReply) return ''
  const at = text.search(QUOTES)
  return at < 0 ? '' : text.slice(0, at).trimEnd()
}

/** In the form of a UUID, as Postmark's ids have it. */
function idOf({ mail, to }: InboundMail): string {
  const hash = createHash('sha256').update(to.toLowerCase()).update('\0').update(bodyAndId(mail)).digest('hex')
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join('-')
}

/** Without the fields that each way adds: a mail that is brought again has other ones. */
function bodyAndId(mail: Buffer): Buffer {
  const end = mail.indexOf('\r\n\r\n')
  const header = mail.toString('latin1', 0, Math.max(end, 0))
  const kept = [...header.matchAll(/^(?:from|to|date|subject|message-id):.*(?:\r\n[ \t].*)*/gim)].join('\n')
  return Buffer.concat([Buffer.from(kept, 'latin1'), mail.subarray(Math.max(end, 0))])
}
