/**
 * Thrown away: promises that nobody waits for.
 *
 * Policy. Such a promise ends the process when it rejects. It has a `catch`, or the comment above it says why it never rejects.
 * What is no promise needs no `void`.
 *
 * Not here: a promise without `void` and without `await`, which the linter finds (noFloatingPromises).
 */
import { lineAt, type Source } from './source.ts'

/** `void` before an operand; before anything else it is a type. */
const THROWN_AWAY = /\bvoid[ \t]+(?=[\w#$(])(?!await\b|\(\s*await\b)/g
const CANNOT_REJECT = /\bnever rejects\b/i
/** How far above it the comment may stand. */
const LINES_ABOVE = 3

/** One line for each that may end the process. */
export function thrownAway({ path, code, text }: Source): string[] {
  const lines = text.split('\n')
  return [...code.matchAll(THROWN_AWAY)].flatMap(match => {
    const call = operandAt(code, match.index + match[0].length)
    const line = lineAt(code, match.index)
    const near = lines.slice(Math.max(0, line - 1 - LINES_ABOVE), line).join('\n')
    if (!call.includes('(') || call.includes('.catch(') || CANNOT_REJECT.test(near)) return []
    const first = call.trim().split('\n')[0]
    return [
      `${path}:${line}: void ${first} may reject, and that ends the process. Catch it, or say above it why it never rejects.`,
    ]
  })
}

/** The expression that begins here, up to the end of its statement or of what encloses it. */
function operandAt(code: string, start: number): string {
  let depth = 0
  let end = start
  for (; end < code.length; end++) {
    const char = code.charAt(end)
    if ('([{'.includes(char)) depth++
    else if (')]}'.includes(char) && --depth < 0) break
    else if (depth === 0 && (char === ',' || char === ';' || (char === '\n' && !/^\s*\./.test(code.slice(end))))) break
  }
  return code.slice(start, end)
}
