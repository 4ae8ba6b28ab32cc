/**
 * Findings: what large receivers would hold against a message that they never get: what they refuse, what they cut, what they ask of it.
 *
 * Policy. `fail` is refused somewhere, `warn` costs something, `note` is worth knowing. Only what stands in the message is looked at.
 *
 * Not here: what the DNS says of its sender (preflight), the words for people (packages/relay/web).
 */
import type { WholeMessage } from './whole-message.ts'

export const FINDINGS = [
  'one-from',
  'subject',
  'text-part',
  'clipped',
  'size',
  'list-unsubscribe',
  'one-click',
  'refused-type',
  'misleading-link',
  'plain-link',
  'remote-images',
] as const

export interface Finding {
  readonly id: (typeof FINDINGS)[number]
  readonly level: 'ok' | 'note' | 'warn' | 'fail'
  /** How many, how large, or which. */
  readonly value?: string
}

/** Gmail shows no more of the html, and a link to the rest. */
const CLIPPED_BYTES = 102 * 1024
/** Gmail's bound, and about that of others. */
const LARGE_BYTES = 25 * 1024 * 1024
/** Whatever is in it: support.google.com/mail/answer/6590. */
const REFUSED_TYPES =
  /\.(?:ade|adp|apk|appx|appxbundle|bat|cab|chm|cmd|com|cpl|diagcab|diagcfg|diagpkg|dll|dmg|exe?|ex_|hta|img|ins|iso|isp|jar|jnlp|jse?|lib|lnk|mde|mjs|msc|msi|msix|msixbundle|msp|mst|nsh|pif|ps1|scr|sct|shb|sys|vb|vbe|vbs|vhd|vxd|wsc|wsf|wsh|xll)$/i
const MOST_NAME = 100

interface Counted {
  /** How many addresses stand in From. */
  readonly authors: number
  /** Of the whole message. */
  readonly sizeBytes: number
}

export function findingsOf(whole: WholeMessage, { authors, sizeBytes }: Counted): readonly Finding[] {
  const { headers, html, text, attachments, links } = whole
  const field = (wanted: string): readonly string[] =>
    headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)
  const found: Finding[] = []
  const add = (id: Finding['id'], wrong: Finding['level'] | undefined, value?: string | number): void => {
    found.push({ id, level: wrong ?? 'ok', ...(value !== undefined && { value: String(value).slice(0, MOST_NAME) }) })
  }
  // RFC 5322 §3.6: From stands there once; Gmail and Yahoo refuse a second author too.
  const froms = Math.max(field('from').length, authors)
  add('one-from', froms === 1 && field('from').length === 1 ? undefined : 'fail', froms)
  add('subject', (field('subject')[0] ?? '').trim() === '' ? 'warn' : undefined)
  if (html !== '') {
    add('text-part', text === '' ? 'note' : undefined)
    const htmlBytes = Buffer.byteLength(html)
    add('clipped', htmlBytes > CLIPPED_BYTES ? 'warn' : undefined, htmlBytes)
  }
  add('size', sizeBytes > LARGE_BYTES ? 'fail' : undefined, sizeBytes)
  const unsubscribe = field('list-unsubscribe')[0] ?? ''
  add('list-unsubscribe', unsubscribe === '' ? 'note' : undefined)
  // RFC 8058 §3.1
  const isOneClick = /<https:/i.test(unsubscribe) && /One-Click/i.test(field('list-unsubscribe-post')[0] ?? '')
  if (unsubscribe !== '') add('one-click', isOneClick ? undefined : 'warn')
  for (const { filename } of attachments) if (REFUSED_TYPES.test(filename)) add('refused-type', 'fail', filename)
  for (const { text: shown, url } of links) if (isMisleading(shown, url)) add('misleading-link', 'warn', shown)
  const plain = links.filter(({ url, as }) => as === 'a' && /^http:/i.test(url)).length
  if (plain > 0) add('plain-link', 'note', plain)
  const remote = links.filter(({ url, as }) => as === 'img' && /^https?:/i.test(url)).length
  if (remote > 0) add('remote-images', 'note', remote)
  return found
}

/** It shows the address of one host and leads to another. */
function isMisleading(shown: string, url: string): boolean {
  const [, named] = /^\s*(?:https?:\/\/)?((?:[a-z0-9-]{1,63}\.)+[a-z]{2,20})(?:[/?#:]\S*)?\s*$/i.exec(shown) ?? []
  if (named === undefined || !/^https?:/i.test(url) || !URL.canParse(url)) return false
  const bare = (host: string): string => host.toLowerCase().replace(/^www\./, '')
  return bare(named) !== bare(new URL(url).hostname)
}
