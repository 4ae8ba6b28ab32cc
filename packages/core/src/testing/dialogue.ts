/**
 * Dialogue: scripts of what a server says and what it expects to hear, in the manner of RFC 5321 appendix D.
 *
 *   S: 250-mx.example.test       the server says this; lines in a row are one write
 *   C: MAIL FROM:<*>             the client must say this; `*` stands for anything
 *   C: (message)                 the client must send a message and its final dot
 *   -- tls                       the server starts its side of a handshake
 *   -- close | reset             the server hangs up, or cuts
 *   -- octets                    the server waits until something comes, whatever it is
 *   -- wait NAME                 the server waits until the player's `waits` says so
 *   # …                          a comment
 *
 * Not here: sockets (fake-mx.ts).
 */

export type Step =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'hear'; readonly pattern: string }
  | { readonly kind: 'message' }
  | { readonly kind: 'tls' | 'octets' | 'close' | 'reset' }
  | { readonly kind: 'wait'; readonly name: string }

export interface Dialogue {
  /** `key: value` comments at the top, for the one who plays it. */
  readonly notes: ReadonlyMap<string, string>
  readonly steps: readonly Step[]
}

/** @throws Error for a line that is none of the above. */
export function parseDialogue(script: string): Dialogue {
  const notes = new Map<string, string>()
  const steps: Step[] = []
  let previous = ''
  for (const [at, line] of script.split(/\r?\n/).entries()) {
    const note = /^#\s*([a-z-]+):\s*(.*)$/.exec(line)
    if (note !== null) notes.set(note[1] ?? '', note[2] ?? '')
    if (line.trim() === '' || line.startsWith('#')) continue
    const [, mark = '', rest = ''] = /^(S:|C:|--) ?(.*)$/.exec(line) ?? []
    if (mark === '') throw new Error(`line ${at + 1} of the dialogue is neither S:, C:, -- nor #: ${line}`)
    const last = steps.at(-1)
    if (mark === 'S:' && previous === 'S:' && last?.kind === 'say')
      steps[steps.length - 1] = { kind: 'say', text: `${last.text}${rest}\r\n` }
    else steps.push(stepOf(mark, rest, at + 1))
    previous = mark
  }
  return { notes, steps }
}

function stepOf(mark: string, rest: string, line: number): Step {
  if (mark === 'S:') return { kind: 'say', text: `${rest}\r\n` }
  if (mark === 'C:') return rest === '(message)' ? { kind: 'message' } : { kind: 'hear', pattern: rest }
  const [verb = '', name = ''] = rest.trim().split(/\s+/)
  if (verb === 'wait') return { kind: 'wait', name }
  if (verb === 'tls' || verb === 'octets' || verb === 'close' || verb === 'reset') return { kind: verb }
  throw new Error(`line ${line} of the dialogue asks for "${verb}", which nobody knows`)
}

/** Whether a line from the client is what the script expects. */
export function isExpected(pattern: string, line: string): boolean {
  const parts = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(line)
}
