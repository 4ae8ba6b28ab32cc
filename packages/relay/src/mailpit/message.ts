/**
 * Message: captured mail in Mailpit's words, as its clients read it.
 */
import { createHash } from 'node:crypto'
import type { Captured, NamedAddress, WholeMessage } from '../inbox/index.ts'
import { bccOf, tagsOf } from './search.ts'

const SNIPPET = 250

const named = (list: readonly NamedAddress[]): readonly object[] =>
  list.map(({ name, address }) => ({ Name: name, Address: address }))

function common(mail: Captured): object {
  const [author] = named([mail.author ?? { name: '', address: mail.from }])
  return {
    ID: mail.id,
    MessageID: mail.messageId,
    From: author,
    To: named(mail.to),
    Cc: named(mail.cc),
    Bcc: named(bccOf(mail)),
    ReplyTo: named(mail.replyTo),
    Subject: mail.subject,
    Tags: tagsOf(mail),
    Size: mail.sizeBytes,
    ...(mail.account !== undefined && { Username: mail.account }),
  }
}

export function listed(mail: Captured, whole: WholeMessage | undefined): object {
  return {
    ...common(mail),
    Read: mail.isRead,
    Created: new Date(mail.at).toISOString(),
    Attachments: whole?.attachments.length ?? 0,
    Snippet: (whole?.text ?? '').replace(/\s+/g, ' ').trim().slice(0, SNIPPET),
  }
}

export function shown(mail: Captured, { text, html, headers, read }: WholeMessage): object {
  const first = (wanted: string): string => headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? ''
  const parts = read.parts.filter(({ isAttachment }) => isAttachment)
  const isInline = ({ contentId }: (typeof parts)[number]): boolean =>
    contentId !== undefined && html.includes(`cid:${contentId}`)
  const date = Date.parse(first('date'))
  return {
    ...common(mail),
    Date: new Date(Number.isNaN(date) ? mail.at : date).toISOString(),
    ReturnPath: mail.from,
    Text: text,
    HTML: html,
    Attachments: parts.filter(part => !isInline(part)).map(attached),
    Inline: parts.filter(isInline).map(attached),
    ListUnsubscribe: {
      Header: first('list-unsubscribe'),
      HeaderPost: first('list-unsubscribe-post'),
      Links: [...first('list-unsubscribe').matchAll(/<((?:mailto|https?):[^>]*)>/gi)].map(([, link]) => link),
      Errors: '',
    },
  }
}

function attached({ number, filename, type, contentId, octets }: WholeMessage['read']['parts'][number]): object {
  const bytes = octets()
  const sum = (name: string): string => createHash(name).update(bytes).digest('hex')
  return {
    PartID: String(number),
    FileName: filename ?? `part-${number}`,
    ContentType: type,
    ContentID: contentId ?? '',
    Size: bytes.length,
    Checksums: { SHA1: sum('sha1'), SHA256: sum('sha256') },
  }
}
