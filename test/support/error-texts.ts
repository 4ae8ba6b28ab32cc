/**
 * ErrorTexts: the English that stands beside the code of an error: its message, what was found, what was wanted, the fix.
 *
 * Policy. Read are the arguments of whatever makes an error, and the values of `found`, `wanted`, `fix` and `problem`. A place of a
 * template is one bracketed word. A text without two words next to each other is a name or a value, and is said to nobody.
 *
 * Not here: whether a text can be said in other languages (../errors.test.ts), sentences elsewhere (sentences.ts).
 */
import { lineAt, type Source } from './source.ts'

export interface ErrorText {
  readonly path: string
  readonly line: number
  readonly text: string
}

/** A call of what makes an error, or a key that an error tells. */
const BEGINS =
  /\bnew MailerError\(|(?<!function )\b(?:wrong|wrongValue|refined|invalid[A-Z]?\w*|impossible|otherKind|unclear|cannotSign)\(|\b(?:found|wanted|fix|problem|message)\??\s*[:=](?!=)/g
const OPENS = '([{'
const CLOSES = ')]}'
const WORDS = /\p{L}{2,} \p{L}/u

export function errorTexts({ path, text, code }: Source): readonly ErrorText[] {
  const found = new Map<number, ErrorText>()
  for (const { 0: begin, index } of code.matchAll(BEGINS)) {
    const from = index + begin.length
    for (const { at, said } of literals({ text, code }, from, endOf(code, from)))
      if (WORDS.test(said.replaceAll(/‹\w+›/g, ''))) found.set(at, { path, line: lineAt(code, at), text: said })
  }
  return [...found.values()].sort((a, b) => a.line - b.line)
}

/** The end of the call, or of the value: where its brackets close, or the next value begins. */
function endOf(code: string, from: number): number {
  const isCall = code[from - 1] === '('
  let depth = 0
  for (let at = from; at < code.length; at++) {
    const char = code[at]!
    if (OPENS.includes(char)) depth++
    else if (CLOSES.includes(char) && depth-- === 0) return at
    else if (!isCall && depth === 0 && (char === ',' || char === ';')) return at
    else if (
      !isCall &&
      depth === 0 &&
      char === '\n' &&
      /^\s*(?:const|return|if|throw|\/\/|\})/.test(code.slice(at + 1))
    )
      return at
  }
  return code.length
}

function literals(
  source: Pick<Source, 'text' | 'code'>,
  from: number,
  to: number,
): { readonly at: number; readonly said: string }[] {
  const found: { at: number; said: string }[] = []
  for (let at = from; at < to; at++) {
    // What is a comment or a pattern is blanked in the code.
    if (!'\'"`'.includes(source.code[at]!)) continue
    const { said, end, inner } = literal(source, at)
    found.push({ at, said }, ...inner)
    at = end
  }
  return found
}

function literal(
  source: Pick<Source, 'text' | 'code'>,
  from: number,
): { said: string; end: number; inner: { at: number; said: string }[] } {
  const { text } = source
  const inner: { at: number; said: string }[] = []
  let said = ''
  let places = 0
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === text[from]) return { said, end: at, inner }
    if (text[at] === '\\') said += text[++at] === 'n' ? '\n' : text[at]
    else if (text[from] === '`' && text.startsWith('${', at)) {
      const end = placeEnd(source, at + 2)
      inner.push(...literals(source, at + 2, end))
      said += `‹p${places++}›`
      at = end
    } else said += text[at]
  }
  return { said, end: text.length, inner }
}

function placeEnd(source: Pick<Source, 'text' | 'code'>, from: number): number {
  let depth = 0
  for (let at = from; at < source.code.length; at++) {
    const char = source.code[at]!
    if (char === "'" || char === '"' || char === '`') at = literal(source, at).end
    else if (char === '{') depth++
    else if (char === '}' && depth-- === 0) return at
  }
  return source.code.length
}
