/**
 * TextLines: text that comes in pieces, as lines of at most 78 columns (RFC 5322 §2.1.1), with what stands before each of them.
 *
 * Policy. Spaces collapse and lines break as a browser would break them: between words, and between the characters of scripts
 * that know no spaces, which are two columns wide. A word that is longer stays whole: it may be an address.
 *
 * Not here: what is a paragraph, an item, a cell (html-text.ts).
 */

const WIDTH = 78
/** However far a line is indented. */
const LEAST_WIDTH = 30
/** Deeper lists and quotations are not moved any further. */
const MOST_INDENTS = 8

/** Soft hyphens, joiners, byte order marks, and what controls a terminal. */
const INVISIBLE = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f\u00ad\u200b\u2060\ufeff]|\u034f/g
const TIGHT = '\\u2e80-\\u30ff\\u3400-\\u9fff\\uf900-\\ufaff\\uff00-\\uff60\\u{20000}-\\u{3ffff}'
/** A character of a script without spaces together with the brackets before it and the stops after it; or a run of others. */
const PIECES = new RegExp(
  `[（「『【〈《〔]*[${TIGHT}][、。，．：；！？）」』】〉》〕々ーっゃゅょッャュョ]*|[^ \\t\\r\\n\\f${TIGHT}]+|[ \\t\\r\\n\\f]+`,
  'gu',
)
const WIDE =
  /[\u1100-\u115f\u2e80-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\u{1f300}-\u{1faff}\u{20000}-\u{3ffff}]/gu
const SPACE = /^[ \t\r\n\f]/
const NARROW = /^[ -~]*$/

interface Indent {
  /** Before the next line. */
  first: string
  /** Before each line after it. */
  readonly rest: string
}

export class TextLines {
  readonly #lines: string[] = []
  readonly #indents: Indent[] = []
  #pieces: string[] = []
  #length = 0
  #isVerbatim = false
  /** An empty line is due, with what stands before it at this depth. */
  #gap: number | undefined

  /** Text of a line; `verbatim` when its spaces and line ends count. */
  add(text: string, verbatim = false): void {
    if (verbatim !== this.#isVerbatim && this.#length > 0) this.endLine()
    this.#isVerbatim = verbatim
    this.#pieces.push(text)
    this.#length += text.length
  }

  /** A place in the line, for `since`. */
  mark(): number {
    return this.#pieces.length
  }

  /** What was added since. */
  since(mark: number): string {
    return this.#pieces.slice(mark).join('')
  }

  /** Whether the line says anything yet. */
  get hasLine(): boolean {
    return this.#pieces.some(piece => /\S/.test(piece))
  }

  /** What follows begins a line. */
  endLine(): void {
    if (this.#length === 0) return
    const text = this.#pieces.join('').replace(INVISIBLE, '')
    this.#pieces = []
    this.#length = 0
    if (this.#isVerbatim) this.#writeVerbatim(text.split(/\r?\n/))
    else if (text.trim() !== '') this.#wrap(text)
  }

  /** What follows stands under an empty line. */
  endParagraph(): void {
    this.endLine()
    this.#gap = Math.min(this.#gap ?? Number.POSITIVE_INFINITY, this.#indents.length)
  }

  rule(): void {
    this.endLine()
    this.#write('-'.repeat(this.#width()))
  }

  /** @param first stands before the next line, `rest` before those after it */
  indent(first: string, rest: string): void {
    this.endLine()
    const isDeep = this.#indents.length >= MOST_INDENTS
    this.#indents.push(isDeep ? { first: '', rest: '' } : { first, rest })
  }

  outdent(): void {
    this.endLine()
    this.#indents.pop()
    if (this.#gap !== undefined) this.#gap = Math.min(this.#gap, this.#indents.length)
  }

  end(): string {
    this.endLine()
    return this.#lines.length === 0 ? '' : `${this.#lines.join('\n')}\n`
  }

  #writeVerbatim(lines: readonly string[]): void {
    const [first, last] = [lines.findIndex(line => line.trim() !== ''), lines.findLastIndex(line => line.trim() !== '')]
    if (first < 0) return
    for (const line of lines.slice(first, last + 1)) this.#write(line.replaceAll('\t', '        ').trimEnd())
  }

  #wrap(text: string): void {
    const width = this.#width()
    let line = ''
    let used = 0
    let space = false
    for (const [piece] of text.matchAll(PIECES)) {
      if (SPACE.test(piece)) {
        space = true
        continue
      }
      const columns = columnsOf(piece)
      const gap = space && line !== '' ? 1 : 0
      if (line !== '' && used + gap + columns > width) {
        this.#write(line)
        line = ''
        used = 0
      }
      if (gap === 1 && line !== '') {
        line += ' '
        used++
      }
      line += piece
      used += columns
      space = false
    }
    if (line !== '') this.#write(line)
  }

  #width(): number {
    return Math.max(LEAST_WIDTH, WIDTH - this.#indents.reduce((sum, { rest }) => sum + rest.length, 0))
  }

  #write(line: string): void {
    if (this.#gap !== undefined && this.#lines.length > 0) {
      const around = this.#indents.slice(0, this.#gap)
      this.#lines.push(
        around
          .map(({ rest }) => rest)
          .join('')
          .trimEnd(),
      )
    }
    this.#gap = undefined
    let before = ''
    for (const indent of this.#indents) {
      before += indent.first
      indent.first = indent.rest
    }
    this.#lines.push(`${before}${line}`.replaceAll('\u00a0', ' ').trimEnd())
  }
}

function columnsOf(piece: string): number {
  if (NARROW.test(piece)) return piece.length
  return piece.length + (piece.match(WIDE)?.length ?? 0) - surrogatesOf(piece)
}

/** Characters that two units of UTF-16 stand for count once. */
function surrogatesOf(piece: string): number {
  return piece.match(/[\ud800-\udbff](?=[\udc00-\udfff])/g)?.length ?? 0
}
