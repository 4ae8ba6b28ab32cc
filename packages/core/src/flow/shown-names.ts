/**
 * ShownNames: what a message shows of itself that a provider may count: who signed it, and which domains it links to.
 *
 * Policy. It is looked at only while a provider holds a signature or a link of ours, and then in what of it is text. Of what is
 * large, the beginning is looked at: links stand in texts, and texts come first.
 *
 * Not here: what is held (schedule/standings.ts).
 */
import { Buffer } from 'node:buffer'
import { decoded, leavesOf } from '../mime/index.ts'
import type { MessageContent } from '../model/message.ts'

export interface ShownNames {
  /** d= of its signatures. RFC 6376 §3.5 */
  readonly signers: readonly string[]
  /** Whether a text of it names this domain, or a host below it. */
  linksTo(domain: string): boolean
}

const MOST_OCTETS = 1_048_576

export async function shownNames(content: MessageContent): Promise<ShownNames> {
  const bytes = Buffer.isBuffer(content) ? content : await beginningOf(content)
  let texts: string | undefined
  return {
    signers: signersOf(bytes),
    linksTo: domain => {
      texts ??= textsOf(bytes)
      return isNamed(texts, domain)
    },
  }
}

async function beginningOf(content: Exclude<MessageContent, Buffer>): Promise<Buffer> {
  const blocks: Buffer[] = []
  let octets = 0
  for await (const block of content.read()) {
    blocks.push(block)
    octets += block.length
    if (octets >= MOST_OCTETS) break
  }
  return Buffer.concat(blocks).subarray(0, MOST_OCTETS)
}

function signersOf(bytes: Buffer): readonly string[] {
  const end = bytes.indexOf('\r\n\r\n')
  const header = bytes.toString('latin1', 0, end < 0 ? bytes.length : end + 2).replace(/\r\n[ \t]+/g, ' ')
  return Array.from(header.matchAll(/^dkim-signature:.*?\bd\s*=\s*([a-z0-9.-]+)/gim), ([, domain = '']) =>
    domain.toLowerCase(),
  )
}

function textsOf(bytes: Buffer): string {
  const texts: string[] = []
  for (const part of leavesOf(bytes, () => false))
    if (part.type === '' || /^\s*text\//i.test(part.type)) texts.push(decoded(part).toString('latin1').toLowerCase())
  return texts.join('\n')
}

/** As whole labels. */
function isNamed(texts: string, domain: string): boolean {
  for (let at = texts.indexOf(domain); at >= 0; at = texts.indexOf(domain, at + 1)) {
    const before = texts[at - 1] ?? ' '
    const after = texts[at + domain.length] ?? ' '
    if (
      !/[a-z0-9-]/.test(before) &&
      !/[a-z0-9-]/.test(after) &&
      !/^\.[a-z0-9]/.test(texts.slice(at + domain.length, at + domain.length + 2))
    )
      return true
  }
  return false
}
