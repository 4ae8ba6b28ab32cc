/**
 * HtmlText: what a html part says, in plain text, for a draft that brings no text of its own.
 *
 * Policy. What a reader sees is kept in its order: links with their address, lists, tables, quotations, the alternative text of
 * images. What is hidden (a preheader, styles, scripts) is left out. The time is linear in the input, and no recursion follows its
 * nesting: html that is too long or too deep is no letter, and gets no text.
 *
 * Not here: lines and their width (text-lines.ts). RFC 3986 appendix C for addresses in text.
 */
import { readMarkup } from '../mime/markup.ts'
import { TextLines } from './text-lines.ts'

/** In characters. Mail clients cut html long before (Gmail at 102 kB). */
const LONGEST = 500_000
/** Elements within each other; the parser gets slower with each. */
const DEEPEST = 500
/** Longer addresses are of no use in text. */
const LONGEST_ADDRESS = 2_000

type Attributes = Readonly<Record<string, string>>

/** With an empty line around them. */
const PARAGRAPHS = new Set('p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre figure hr'.split(' '))
/** On lines of their own. */
const BLOCKS = new Set(
  'address article aside body caption center dd details div dt fieldset figcaption footer form header html legend li main nav section summary tr'.split(
    ' ',
  ),
)
const UNSEEN = new Set(
  'applet audio canvas datalist embed head iframe map math noframes object script select style svg template textarea title video'.split(
    ' ',
  ),
)
const HIDING_STYLE = /(?:^|;)\s{0,9}(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)\b/i

/** @returns undefined when there is nothing to say, or the html is too long or too deep */
export function textOfHtml(html: string): string | undefined {
  if (html.length > LONGEST) return undefined
  const reader = new Reader()
  readMarkup(html, 'html', {
    open: (name, attributes) => reader.open(name, attributes),
    close: () => reader.close(),
    text: text => reader.text(text),
  })
  return reader.end()
}

interface Element {
  readonly name: string
  readonly hidden: boolean
  readonly link?: { readonly address: string; readonly from: number }
}

interface List {
  /** The number of the next item; undefined where items are not numbered. */
  next: number | undefined
}

class Reader {
  readonly #lines = new TextLines()
  /** From the outermost to the innermost. */
  readonly #elements: Element[] = []
  readonly #lists: List[] = []
  #tooDeep = false
  #preformatted = 0
  /** A cell has begun, and the row says something already. */
  #cellAwaitsText = false

  /** @returns false when there is no use in going on */
  open(name: string, attributes: Attributes): boolean {
    if (this.#elements.length >= DEEPEST) this.#tooDeep = true
    if (this.#tooDeep) return false
    const hidden = (this.#elements.at(-1)?.hidden ?? false) || UNSEEN.has(name) || isHidden(attributes)
    if (!hidden) this.#begin(name, attributes)
    const address = name === 'a' && !hidden ? addressOf(attributes.href) : undefined
    const link = address === undefined ? {} : { link: { address, from: this.#lines.mark() } }
    this.#elements.push({ name, hidden, ...link })
    return true
  }

  close(): void {
    const element = this.#elements.pop()
    if (element === undefined || element.hidden) return
    if (element.link !== undefined) this.#endLink(element.link)
    this.#end(element.name)
  }

  text(text: string): void {
    if (this.#elements.at(-1)?.hidden) return
    if (this.#cellAwaitsText) {
      if (!/\S/.test(text)) return
      this.#cellAwaitsText = false
      if (this.#lines.hasLine) this.#lines.add(' | ')
    }
    this.#lines.add(text, this.#preformatted > 0)
  }

  end(): string | undefined {
    const text = this.#lines.end()
    return this.#tooDeep || text === '' ? undefined : text
  }

  #begin(name: string, attributes: Attributes): void {
    this.#separate(name)
    if (name === 'br') this.#lineBreak()
    else if (name === 'img' && attributes.alt) this.text(` ${attributes.alt} `)
    else if (name === 'hr') this.#lines.rule()
    else if (name === 'pre') this.#preformatted++
    else if (name === 'blockquote') this.#lines.indent('> ', '> ')
    else if (name === 'td' || name === 'th') this.#cellAwaitsText = true
    else if (name === 'ul') this.#lists.push({ next: undefined })
    else if (name === 'ol') this.#lists.push({ next: firstNumber(attributes) })
    else if (name === 'li') this.#beginItem()
  }

  #end(name: string): void {
    if (name === 'pre') this.#preformatted--
    this.#separate(name)
    if (name === 'ul' || name === 'ol') this.#lists.pop()
    if (name === 'blockquote' || name === 'li') this.#lines.outdent()
  }

  /** A list inside a list stands close. */
  #separate(name: string): void {
    const isInner = (name === 'ul' || name === 'ol') && this.#elements.some(element => element.name === 'li')
    if (PARAGRAPHS.has(name) && !isInner) this.#lines.endParagraph()
    else if (isInner || BLOCKS.has(name)) this.#lines.endLine()
    else return
    this.#cellAwaitsText = false
  }

  #lineBreak(): void {
    if (this.#preformatted > 0) this.#lines.add('\n', true)
    else if (this.#lines.hasLine) this.#lines.endLine()
    else this.#lines.endParagraph()
  }

  #beginItem(): void {
    const list = this.#lists.at(-1)
    const marker = list?.next === undefined ? '- ' : `${list.next++}. `
    this.#lines.indent(marker, ' '.repeat(marker.length))
  }

  #endLink({ address, from }: { readonly address: string; readonly from: number }): void {
    const said = this.#lines.since(from).trim()
    const isSame = said.length <= LONGEST_ADDRESS && bare(said) === bare(address)
    if (!isSame) this.text(said === '' ? `<${address}>` : ` <${address}>`)
  }
}

/** Without what makes no difference to who reads it. */
function bare(address: string): string {
  return address
    .replace(/^(?:https?:\/\/|mailto:|tel:)/i, '')
    .replace(/\/$/, '')
    .toLowerCase()
}

function isHidden({ hidden, style = '' }: Attributes): boolean {
  return hidden !== undefined || HIDING_STYLE.test(style)
}

/** An address that a reader of text can use. */
function addressOf(href = ''): string | undefined {
  if (href.length > LONGEST_ADDRESS) return undefined
  // URL Standard: line ends and tabs inside do not count.
  const address = href.replace(/[\r\n\t]/g, '').trim()
  if (/^mailto:[^?]/i.test(address)) return address.slice('mailto:'.length).replace(/\?.*/, '')
  return /^(?:https?|tel|sms):./i.test(address) ? address.replace(/[\s<>]/g, encodeURIComponent) : undefined
}

function firstNumber({ start = '1' }: Attributes): number {
  const number = Number.parseInt(start, 10)
  return Number.isSafeInteger(number) && Math.abs(number) < 1e9 ? number : 1
}
