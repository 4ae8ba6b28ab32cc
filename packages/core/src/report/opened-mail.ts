/**
 * OpenedMail: the header and the parts of a mail that others wrote, and the words in it.
 *
 * Policy. What is slightly wrong is read as it was meant. Words are decoded as their part says, else as UTF-8, else octet by
 * octet; where there is only HTML, its text is taken. What is looked at is bounded: a report is short, and strangers are not.
 *
 * Not here: the parts of a mail (mime/), what its words mean.
 */
import type { Buffer } from 'node:buffer'
import { decoded, decodeWords, leavesOf, readFields } from '../mime/index.ts'
import { readMarkup } from '../mime/markup.ts'

/** How much of the words is read. */
const MAX_TEXT_BYTES = 128 * 1024
const MAX_HEADER_BYTES = 64 * 1024
/** Where the whole header ends, if the mail is one that has none. */
const HEADER_END = /\r?\n\r?\n/

export interface Leaf {
  readonly type: string
  readonly fields: ReadonlyMap<string, string>
  readonly body: Buffer
}

export interface OpenedMail {
  /** First field with this name, in lower case; `''` where it has none. */
  readonly field: (name: string) => string
  readonly all: (name: string) => readonly string[]
  readonly leaves: readonly Leaf[]
  /** The words a person would read, line by line; parts one behind the other, without what is returned. */
  readonly text: string
}

export function openMail(bytes: Buffer): OpenedMail {
  const header = readFields(headerOf(bytes).replace(/^From [^\n]*\n/, ''))
  const found = [...leavesOf(bytes, () => false)]
  // A multipart of which no boundary is there: its body is what it says.
  const leaves =
    found.length > 0 ? found : [{ type: 'text/plain', fields: new Map<string, string>(), body: bodyOf(bytes) }]
  return {
    field: name => header.find(field => field[0] === name)?.[1] ?? '',
    all: name => header.filter(field => field[0] === name).map(([, value]) => value),
    leaves,
    text: wordsOf(leaves),
  }
}

/** The header of a mail or of a part that is one, as text. */
export function headerOf(bytes: Buffer): string {
  const start = bytes.toString('latin1', 0, MAX_HEADER_BYTES)
  const end = start.search(HEADER_END)
  return bytes.toString('utf8', 0, end < 0 ? start.length : end)
}

function bodyOf(bytes: Buffer): Buffer {
  const ends = ['\r\n\r\n', '\n\n'].map(end => bytes.indexOf(end)).filter(end => end >= 0)
  return bytes.subarray(ends.length === 0 ? bytes.length : Math.min(...ends) + 2)
}

/** A header field as people read it. */
export function readable(value: string): string {
  return decodeWords(value)
}

function wordsOf(leaves: readonly Leaf[]): string {
  const plain = leaves.filter(({ type }) => /^\s*(?:text\/plain|$)/i.test(type) || /^\s*text\s*(?:;|$)/i.test(type))
  const words = (plain.length > 0 ? plain : leaves.filter(({ type }) => /^\s*text\/html/i.test(type))).map(textOf)
  return words.join('\n\n').slice(0, MAX_TEXT_BYTES)
}

/** The words of a part, with line feeds alone. */
export function textOf(leaf: Leaf): string {
  const bytes = decoded(leaf).subarray(0, MAX_TEXT_BYTES)
  const charset = /\bcharset\s*=\s*"?([\w.:-]{1,40})/i.exec(leaf.type)?.[1] ?? 'utf-8'
  const text = decode(bytes, charset).replace(/\r\n?/g, '\n')
  return /^\s*text\/html/i.test(leaf.type) ? withoutMarkup(text) : text
}

function decode(bytes: Buffer, charset: string): string {
  for (const label of [charset, 'utf-8']) {
    try {
      return new TextDecoder(label, { fatal: true }).decode(bytes)
    } catch {
      // An unknown name, or octets that are not what they are said to be: the next.
    }
  }
  return bytes.toString('latin1')
}

const UNSEEN: ReadonlySet<string> = new Set(['style', 'script', 'head', 'title'])
const LINES: ReadonlySet<string> = new Set(['br', 'p', 'div', 'tr', 'li', 'table', 'h1', 'h2', 'h3', 'pre'])

/** Good enough to find an address and what was said of it. */
function withoutMarkup(html: string): string {
  let text = ''
  let unseen = 0
  readMarkup(html, 'html', {
    open: name => {
      if (UNSEEN.has(name)) unseen++
      if (LINES.has(name)) text += '\n'
      return true
    },
    close: name => {
      if (UNSEEN.has(name)) unseen--
      if (LINES.has(name)) text += '\n'
    },
    text: piece => {
      if (unseen <= 0) text += piece
    },
  })
  return text
}
