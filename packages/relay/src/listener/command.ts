/**
 * Command: one line of a client to a verb, a path and parameters.
 *
 * Policy. Verbs in any case. White space after the colon of MAIL and RCPT is taken (Discuz!, SMF), as are a path without
 * angle brackets and an obsolete source route, which is ignored (RFC 5321 §4.1.1.3 and appendix C). A control character
 * anywhere is a syntax error.
 *
 * Not here: what parameters mean (transaction.ts). RFC 5321 §4.1.1, §4.1.2.
 */

export interface Command {
  /** Upper case. */
  readonly verb: string
  readonly rest: string
}

export interface PathCommand {
  /** The address as it was written, '' for the null path. */
  readonly path: string
  /** Keyword in upper case to value; '' when there is no value. */
  readonly parameters: ReadonlyMap<string, string>
}

const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/
// RFC 5321 §4.1.2 esmtp-param; RFC 6531 allows UTF-8 in values
const PARAMETER = /^([A-Za-z0-9][A-Za-z0-9-]*)(?:=([^\s=\x00-\x20]+))?$/

/** Undefined: a control character stands in it. */
export function parseCommand(line: string): Command | undefined {
  if (CONTROL.test(line)) return undefined
  const space = line.indexOf(' ')
  return space < 0
    ? { verb: line.trimEnd().toUpperCase(), rest: '' }
    : { verb: line.slice(0, space).toUpperCase(), rest: line.slice(space + 1).trim() }
}

/** What follows `MAIL` or `RCPT`: `FROM:<path> parameters` or `TO:<path> parameters`. Undefined: a syntax error. */
export function parsePath(rest: string, keyword: 'FROM' | 'TO'): PathCommand | undefined {
  const colon = keyword.length
  if (rest[colon] !== ':' || rest.slice(0, colon).toUpperCase() !== keyword) return undefined
  const text = rest.slice(colon + 1).trimStart()
  const end = text.startsWith('<') ? closingBracket(text) : endOfWord(text)
  if (end < 0) return undefined
  const bracketed = text.startsWith('<')
  const path = bracketed ? withoutRoute(text.slice(1, end)) : text.slice(0, end)
  if (path === '' && !bracketed) return undefined
  const after = text.slice(bracketed ? end + 1 : end)
  if (after !== '' && after[0] !== ' ' && after[0] !== '\t') return undefined
  const parameters = parseParameters(after)
  return parameters && { path: path.trim(), parameters }
}

/** Index of the `>` that closes the path; one inside quotes does not count. */
function closingBracket(text: string): number {
  const plain = text.indexOf('>')
  if (plain < 0 || text.lastIndexOf('"', plain) < 0) return plain
  let quoted = false
  for (let at = 1; at < text.length; at++) {
    const char = text[at]
    if (char === '\\') at++
    else if (char === '"') quoted = !quoted
    else if (char === '>' && !quoted) return at
  }
  return -1
}

function endOfWord(text: string): number {
  const space = text.search(/\s/)
  return space < 0 ? text.length : space
}

function withoutRoute(path: string): string {
  if (!path.startsWith('@')) return path
  const colon = path.indexOf(':')
  return colon < 0 ? path : path.slice(colon + 1)
}

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map()

function parseParameters(text: string): ReadonlyMap<string, string> | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return NO_PARAMETERS
  const parameters = new Map<string, string>()
  for (const word of trimmed.split(/[ \t]+/)) {
    const [, name, value = ''] = PARAMETER.exec(word) ?? []
    if (name === undefined) return undefined
    const key = name.toUpperCase()
    // Given twice, nobody knows which one counts.
    if (parameters.has(key)) return undefined
    parameters.set(key, value)
  }
  return parameters
}
