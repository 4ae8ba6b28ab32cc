/**
 * Styles: CSS as it comes in mail, piece by piece: rules, at-rules and declarations, each with where it stands.
 *
 * Policy. One pass. What is broken ends with the block that it stands in, as in a browser; nothing of it is thrown. Strings and comments
 * are passed whole, so that a bracket in them opens nothing.
 *
 * Not here: what any of it asks of a program (style-features.ts).
 */

export interface StylesReader {
  /** The name in small letters, without `@`. */
  readonly atRule: (name: string, condition: string, at: number) => void
  /** @param depth of rules around it */
  readonly selector: (selector: string, at: number, depth: number) => void
  readonly declaration: (property: string, value: string, at: number) => void
  readonly comment: (at: number) => void
}

/** Longer pieces are no selector or value that anybody wrote. */
const MOST_PIECE = 4096
/** Blocks in blocks: deeper ones are passed over. */
const MOST_DEPTH = 20

const SPACE = /\s/

/** A style sheet, or the contents of a `style` attribute, which is the inside of a rule. */
export function readStyles(css: string, reader: StylesReader): void {
  /** Of each block that is open: whether it is a rule's. */
  const open: boolean[] = []
  let from = 0
  const skipSpace = (end: number): void => {
    while (from < end && SPACE.test(css[from] ?? '')) from++
  }
  const piece = (end: number): { readonly text: string; readonly at: number } => {
    skipSpace(end)
    return { text: css.slice(from, Math.min(end, from + MOST_PIECE)).trim(), at: from }
  }
  for (let at = 0; at < css.length; at++) {
    const char = css[at]
    if (char === '/' && css[at + 1] === '*') {
      reader.comment(at)
      const end = css.indexOf('*/', at + 2)
      skipSpace(at)
      const isBetween = from === at
      at = end < 0 ? css.length : end + 1
      if (isBetween) from = at + 1
    } else if (char === '"' || char === "'") at = stringEnd(css, at)
    else if (char === '(') at = bracketEnd(css, at)
    else if (char === '{') {
      const { text, at: start } = piece(at)
      if (open.length < MOST_DEPTH) opened(text, start, open.filter(Boolean).length, reader)
      open.push(!text.startsWith('@'))
      from = at + 1
    } else if (char === ';' || char === '}') {
      const { text, at: start } = piece(at)
      ended(text, start, reader)
      if (char === '}') open.pop()
      from = at + 1
    }
  }
  const { text, at } = piece(css.length)
  ended(text, at, reader)
}

function opened(text: string, at: number, depth: number, reader: StylesReader): void {
  const [, name, condition = ''] = /^@([\w-]+)(.*)$/s.exec(text) ?? []
  if (name === undefined) reader.selector(text, at, depth)
  else reader.atRule(name.toLowerCase(), condition.trim(), at)
}

function ended(text: string, at: number, reader: StylesReader): void {
  if (text.startsWith('@')) {
    opened(text, at, 0, reader)
    return
  }
  const colon = text.indexOf(':')
  if (colon > 0) reader.declaration(text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim(), at)
}

/** Its last character; a line's end ends a string that nobody closed. */
function stringEnd(css: string, start: number): number {
  const quote = css[start]
  for (let at = start + 1; at < css.length; at++) {
    if (css[at] === '\\') at++
    else if (css[at] === quote || css[at] === '\n') return at
  }
  return css.length
}

/** Its last character; a bracket that nobody closes is as long as a piece may be. */
function bracketEnd(css: string, start: number): number {
  let depth = 0
  const most = Math.min(css.length, start + MOST_PIECE)
  let at = start
  for (; at < most; at++) {
    const char = css[at]
    if (char === '"' || char === "'") at = stringEnd(css, at)
    else if (char === '(') depth++
    else if (char === ')' && --depth === 0) return at
  }
  return at
}
