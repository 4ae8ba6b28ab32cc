/**
 * Captured: one message that was taken in place of the network, as lists show it.
 *
 * Not here: its octets (content-folder.ts), what its html and text say (whole-message.ts).
 */
import type { mailReader } from '@postrider/core'

type ReadHeaders = Awaited<ReturnType<typeof mailReader>>['readHeaders']

export interface NamedAddress {
  readonly name: string
  readonly address: string
}

/** What the envelope and the queue know. */
export interface Envelope {
  /** The id in the queue. */
  readonly id: string
  /** When it was accepted. */
  readonly at: number
  /** The reverse-path; empty for a notice. */
  readonly from: string
  readonly recipients: readonly string[]
  readonly account?: string
  readonly tags: Readonly<Record<string, string>>
  readonly sizeBytes: number
}

export interface Captured extends Envelope {
  readonly subject: string
  readonly author?: NamedAddress
  readonly to: readonly NamedAddress[]
  readonly cc: readonly NamedAddress[]
  readonly replyTo: readonly NamedAddress[]
  /** The Message-ID header, without angle brackets. */
  readonly messageId: string
  /** Somebody opened it. */
  isRead: boolean
}

/** @param head the message, or as much of it as holds its header */
export function captured(envelope: Envelope, head: Buffer, readHeaders: ReadHeaders): Captured {
  const headers = readHeaders(head)
  const first = (wanted: string): string => headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? ''
  const all = (wanted: string): readonly NamedAddress[] =>
    headers.filter(([name]) => name.toLowerCase() === wanted).flatMap(([, value]) => readAddresses(value))
  const [author] = all('from')
  return {
    ...envelope,
    subject: first('subject'),
    ...(author !== undefined && { author }),
    to: all('to'),
    cc: all('cc'),
    replyTo: all('reply-to'),
    messageId: /<([^<>]*)>/.exec(first('message-id'))?.[1] ?? '',
    isRead: false,
  }
}

/** How many addresses stand in From. */
export function authorsOf(headers: readonly (readonly [name: string, value: string])[]): number {
  return headers
    .filter(([name]) => name.toLowerCase() === 'from')
    .reduce((all, [, value]) => all + readAddresses(value).length, 0)
}

const MOST_ADDRESSES = 1000

/** Of a header, for people to look at: what is odd is shown as it stands. */
function readAddresses(text: string): readonly NamedAddress[] {
  const found: NamedAddress[] = []
  for (const [piece] of text.matchAll(/(?:"(?:[^"\\]|\\.)*(?:"|$)|<[^<>]*>|[^,;"<])+/g)) {
    const bare = piece.replace(/^[^<"]*:(?=[^:]*$)/, '').trim()
    const [, named = '', angled] = /^(.*?)<([^<>]*)>\s*$/s.exec(bare) ?? []
    const address = (angled ?? bare).trim()
    if (address !== '' && found.length < MOST_ADDRESSES)
      found.push({
        name: named
          .trim()
          .replace(/^"(.*)"$/s, '$1')
          .replace(/\\(.)/g, '$1'),
        address,
      })
  }
  return found
}
