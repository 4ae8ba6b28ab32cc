/**
 * Search: Mailpit's words of search: `to:x subject:"a b" is:unread -has:attachment word`; all of them must hold.
 *
 * Not here: what is in a message (inbox/).
 */
import type { Captured, WholeMessage } from '../inbox/index.ts'

export interface Term {
  readonly key: string
  readonly value: string
  readonly isNot: boolean
}

const MOST_TERMS = 50
const WORD = /(?<not>[-!])?(?:(?<key>[a-z-]{2,20}):)?(?:"(?<quoted>[^"]*)"|(?<bare>\S+))/gi

export function termsOf(query: string): readonly Term[] {
  const found = [...query.slice(0, 2000).matchAll(WORD)].slice(0, MOST_TERMS)
  return found.map(({ groups = {} }) => {
    const { not, key = '', quoted, bare = '' } = groups
    return { key: key.toLowerCase(), value: (quoted ?? bare).toLowerCase(), isNot: not !== undefined }
  })
}

type Whole = () => Promise<WholeMessage | undefined>

/** @param whole is asked for by those terms alone that need it */
export async function holds(mail: Captured, terms: readonly Term[], whole: Whole): Promise<boolean> {
  for (const { isNot, ...term } of terms) if ((await isSo(mail, term, whole)) === isNot) return false
  return true
}

type Addresses = readonly { readonly name: string; readonly address: string }[]

function among(addresses: Addresses, value: string): boolean {
  return addresses.some(({ name, address }) => `${name} ${address}`.toLowerCase().includes(value))
}

async function isSo(mail: Captured, { key, value }: Omit<Term, 'isNot'>, whole: Whole): Promise<boolean> {
  const author = mail.author === undefined ? [] : [mail.author]
  const envelope = mail.recipients.map(address => ({ name: '', address }))
  switch (key) {
    case 'to':
      return among([...mail.to, ...envelope], value)
    case 'from':
      return among([...author, { name: '', address: mail.from }], value)
    case 'cc':
      return among(mail.cc, value)
    case 'bcc':
      return among(bccOf(mail), value)
    case 'reply-to':
      return among(mail.replyTo, value)
    case 'addressed':
      return among([...author, ...mail.to, ...mail.cc, ...mail.replyTo, ...envelope], value)
    case 'subject':
      return mail.subject.toLowerCase().includes(value)
    case 'message-id':
      return mail.messageId.toLowerCase().includes(value)
    case 'tag':
      return tagsOf(mail).some(tag => tag.toLowerCase() === value)
    case 'is':
      return value === 'tagged' ? tagsOf(mail).length > 0 : mail.isRead === (value === 'read')
    case 'has':
      return ((await whole())?.attachments.length ?? 0) > 0
    case 'before':
      return mail.at < Date.parse(value)
    case 'after':
      return mail.at >= Date.parse(value)
    case 'larger':
      return mail.sizeBytes > bytesOf(value)
    case 'smaller':
      return mail.sizeBytes < bytesOf(value)
    default:
      return contains(mail, key === '' ? value : `${key}:${value}`, whole)
  }
}

async function contains(mail: Captured, word: string, whole: Whole): Promise<boolean> {
  const { subject, author, to, cc } = mail
  if (subject.toLowerCase().includes(word)) return true
  if (among([...(author === undefined ? [] : [author]), ...to, ...cc], word)) return true
  const { text = '', html = '' } = (await whole()) ?? {}
  return `${text} ${html}`.toLowerCase().includes(word)
}

function bytesOf(text: string): number {
  const [, number = '0', unit = ''] = /^([\d.]+)\s*([km]?)/.exec(text) ?? []
  return Number(number) * (unit === 'm' ? 1024 * 1024 : unit === 'k' ? 1024 : 1)
}

/** Who is in the envelope alone. */
export function bccOf({ recipients, to, cc }: Captured): readonly { readonly name: ''; readonly address: string }[] {
  const shown = new Set([...to, ...cc].map(({ address }) => address.toLowerCase()))
  return recipients.filter(address => !shown.has(address.toLowerCase())).map(address => ({ name: '', address }))
}

export function tagsOf({ tags }: Captured): readonly string[] {
  return Object.entries(tags).map(([name, value]) => (value === '' || value === '1' ? name : `${name}=${value}`))
}
