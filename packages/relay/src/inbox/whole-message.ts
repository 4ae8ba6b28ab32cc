/**
 * WholeMessage: a captured message as tests look at it: texts, headers, attachments, where it leads, and the codes in it.
 */
import { mailReader } from '@postrider/core'

type Reader = Awaited<ReturnType<typeof mailReader>>
type Read = ReturnType<Reader['readMessage']>

export interface ShownAttachment {
  /** Of `/v1/inbox/:id/parts/:part`. */
  readonly part: number
  readonly filename: string
  readonly type: string
  readonly contentId?: string
  readonly sizeBytes: number
}

export interface WholeMessage {
  readonly read: Read
  readonly text: string
  readonly html: string
  readonly headers: Read['headers']
  readonly attachments: readonly ShownAttachment[]
  readonly links: ReturnType<Reader['findLinks']>
  readonly codes: readonly string[]
}

/** As large as a list of texts may be: a hostile part says no more than this. */
const MOST_TEXT = 4 * 1024 * 1024

/** Where links are looked for, in html and in text each. */
const MOST_LINKED = 1024 * 1024

/** Enough to show it. */
export type ReadHtml = Pick<WholeMessage, 'read' | 'html'>

/** Without looking for links and codes, which nobody asked for. */
export async function readHtml(raw: Buffer): Promise<ReadHtml> {
  const read = (await mailReader()).readMessage(raw)
  return { read, html: htmlIn(read) }
}

function htmlIn(read: Read): string {
  return (read.html ?? '').slice(0, MOST_TEXT)
}

export async function wholeMessage(raw: Buffer): Promise<WholeMessage> {
  const { readMessage, findLinks } = await mailReader()
  const read = readMessage(raw)
  const text = (read.text ?? '').slice(0, MOST_TEXT)
  const html = htmlIn(read)
  return {
    read,
    text,
    html,
    headers: read.headers,
    attachments: read.parts
      .filter(({ isAttachment }) => isAttachment)
      .map(({ number, filename, type, contentId, encodedBytes, octets }) => ({
        part: number,
        filename: filename ?? `part-${number}`,
        type,
        ...(contentId !== undefined && { contentId }),
        // What is large is not decoded to be counted: three octets of four.
        sizeBytes: encodedBytes > 1024 * 1024 ? Math.floor((encodedBytes * 3) / 4) : octets().length,
      })),
    links: findLinks({ html: html.slice(0, MOST_LINKED), text: text.slice(0, MOST_LINKED) }),
    codes: codesIn(
      text === ''
        ? html
            .slice(0, MOST_LINKED)
            .replace(/<style(?:(?!<\/?style)[\s\S])*<\/style>/gi, ' ')
            .replace(/<[^<>]*>/g, ' ')
        : text,
    ),
  }
}

const MOST_CODES = 20
/** Where codes are looked for: whoever is to type one finds it long before. */
const MOST_SEARCHED = 256 * 1024
/** So far after the word, in the same line. */
const NEAR = 40

/** One-time codes: 4 to 8 digits, together or in halves; or capitals and digits, where a word says that a code follows. */
function codesIn(words: string): readonly string[] {
  const text = words.slice(0, MOST_SEARCHED)
  const codes = new Set(codesAfterWords(text))
  const digits = /(?<![\d.,:/#$€£=&?%+-])(\d{4,8}|\d{3}[ -]\d{3})(?![\d.,:/%-]*\d)(?![%\w])/g
  for (const [, code = ''] of text.replace(/https?:\/\/\S+/gi, ' ').matchAll(digits)) {
    const bare = code.replace(/[ -]/, '')
    // A year is no code.
    if (!/^(?:19|20)\d\d$/.test(bare)) codes.add(bare)
  }
  return [...codes].slice(0, MOST_CODES)
}

/** Words and codes are each passed once: a text of nothing but such words costs no more than another. */
function codesAfterWords(text: string): readonly string[] {
  const word = /\b(?:code|pin|otp|passcode|password|token)\b/gi
  const code = /\b(?=[A-Z0-9-]{0,17}\d)[A-Z0-9]{3,8}(?:-[A-Z0-9]{3,8})?\b/gi
  const codes: string[] = []
  let next: RegExpExecArray | null = null
  while (codes.length < MOST_CODES && word.test(text)) {
    const end = word.lastIndex
    if (next === null || next.index < end) {
      code.lastIndex = end
      next = code.exec(text)
    }
    if (next === null) break
    if (next.index - end > NEAR || text.slice(end, next.index).includes('\n')) continue
    // Letters in either case end the search, and only capitals are a code.
    if (next[0] === next[0].toUpperCase()) codes.push(next[0])
    word.lastIndex = next.index + next[0].length
  }
  return codes
}
