/**
 * AuthenticationResults: what a receiver found out about the sender. RFC 8601.
 *
 * Policy. As large receivers write it, which is not always as the RFC does: Microsoft names no server, results may have
 * comments anywhere, and their values may be quoted.
 */
export interface MethodResult {
  /** `spf`, `dkim`, `dmarc`, `arc`, `compauth`, … */
  readonly method: string
  readonly result: string
  /** `header.d`, `smtp.mailfrom`, … and `reason`. */
  readonly properties: Readonly<Record<string, string>>
  /** What stood in parentheses. */
  readonly comment: string
}

export interface AuthenticationResults {
  /** Empty where the receiver does not say who it is. */
  readonly server: string
  readonly results: readonly MethodResult[]
}

const RESULT = /^([a-z][a-z0-9-]*)(?:\/\d+)?\s*=\s*([a-z]+)/i

export function readAuthenticationResults(value: string): AuthenticationResults {
  const [first = '', ...rest] = splitOutsideComments(value)
  const named = !RESULT.test(withoutComments(first))
  const server = named ? (withoutComments(first).trim().split(/\s+/)[0] ?? '') : ''
  return { server, results: (named ? rest : [first, ...rest]).flatMap(readResult) }
}

function readResult(text: string): MethodResult[] {
  const plain = withoutComments(text).trim()
  const [whole, method, result] = RESULT.exec(plain) ?? []
  if (whole === undefined || method === undefined || result === undefined) return []
  const pairs = plain.slice(whole.length).matchAll(/([a-z][a-z0-9._-]*)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;]+)/gi)
  const properties = Object.fromEntries(
    [...pairs].map(([, name, value]) => [name!.toLowerCase(), value!.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1')]),
  )
  const comment = commentsIn(text).join('; ')
  return [{ method: method.toLowerCase(), result: result.toLowerCase(), properties, comment }]
}

/** Parts between semicolons that stand in no comment and no quotes. */
function splitOutsideComments(text: string): readonly string[] {
  const parts = ['']
  walk(text, (char, depth, quoted) => {
    if (char === ';' && depth === 0 && !quoted) parts.push('')
    else parts[parts.length - 1] += char
  })
  return parts
}

function withoutComments(text: string): string {
  let out = ''
  walk(text, (char, depth) => {
    if (depth === 0) out += char
    else if (out.at(-1) !== ' ') out += ' '
  })
  return out
}

function commentsIn(text: string): readonly string[] {
  const found: string[] = []
  let before = 0
  walk(text, (char, depth) => {
    if (depth > 0 && before === 0) found.push('')
    else if (depth > 0 && !(depth === 1 && char === ')')) found[found.length - 1] += char
    before = depth === 1 && char === ')' ? 0 : depth
  })
  return found.map(comment => comment.replace(/\s+/g, ' ').trim())
}

/** A parenthesis counts as inside, the closing one too. */
function walk(text: string, see: (char: string, depth: number, quoted: boolean) => void): void {
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!
    if (char === '\\' && (quoted || depth > 0)) {
      see(char + (text[++at] ?? ''), depth, quoted)
      continue
    }
    if (char === '"' && depth === 0) quoted = !quoted
    if (char === '(' && !quoted) depth++
    see(char, depth, quoted)
    if (char === ')' && !quoted && depth > 0) depth--
  }
}
