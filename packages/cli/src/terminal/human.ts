/**
 * Human: progress and prompts for people at a terminal. The only @clack/prompts import, loaded when it is first needed.
 *
 * Not here: what machines read (json.ts).
 */
import type { Writable } from 'node:stream'

/** A line that changes while something goes on. */
export interface Progress {
  update(text: string): void
  /** Writes a line that stays, above what changes. */
  say(text: string): void
  /** Ends with a mark for success or failure. */
  done(text: string, ended: 'well' | 'badly'): void
  /** Ends without a trace. */
  clear(): void
}

export interface Terminal {
  /** Whether a person looks at it. */
  readonly interactive: boolean
  /** Colours are not wanted (https://no-color.org). */
  readonly plain?: boolean
  /** How wide it is, while a person looks at it; what is piped has no width. */
  readonly columns?: number | undefined
  /** Where progress is drawn. @default standard output */
  readonly stream?: Writable
  write(text: string): void
}

const STYLES = { red: 31, green: 32, yellow: 33, magenta: 35, cyan: 36 } as const
export type Style = keyof typeof STYLES

/** Colours a text where a person looks at it (and has not set NO_COLOR). */
export function paint(terminal: Terminal, style: Style, text: string): string {
  return terminal.interactive && terminal.plain !== true ? `\u001b[${STYLES[style]}m${text}\u001b[39m` : text
}

/** Shows `text` with a spinner on a terminal, and only the last line elsewhere. */
export async function startProgress(terminal: Terminal, text: string): Promise<Progress> {
  if (!terminal.interactive) {
    const say = (line: string): void => terminal.write(`${line}\n`)
    return { update: () => {}, say, done: say, clear: () => {} }
  }
  const { spinner } = await import('@clack/prompts')
  // Its guide, a bar before the first line, stays when the line is cleared.
  const line = spinner({ withGuide: false, ...(terminal.stream !== undefined && { output: terminal.stream }) })
  let shown = text
  line.start(shown)
  return {
    update: next => {
      shown = next
      line.message(next)
    },
    say: final => {
      line.clear()
      terminal.write(`${final}\n`)
      line.start(shown)
    },
    done: (final, ended) => (ended === 'well' ? line.stop(final) : line.error(final)),
    clear: () => line.clear(),
  }
}

/** Asks for a word that is not shown. `undefined` when the person gives up. */
export async function askSecret(message: string): Promise<string | undefined> {
  const { isCancel, password } = await import('@clack/prompts')
  const answer = await password({ message })
  return isCancel(answer) ? undefined : answer
}

/** Asks for a line, with an answer to start from. `undefined` when the person gives up. */
export async function askText(message: string, initial?: string): Promise<string | undefined> {
  const { isCancel, text } = await import('@clack/prompts')
  const answer = await text(initial === undefined ? { message } : { message, initialValue: initial })
  return isCancel(answer) ? undefined : answer
}

/** Asks yes or no. `undefined` when the person gives up. */
export async function askWhether(message: string, initial: boolean): Promise<boolean | undefined> {
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({ message, initialValue: initial })
  return isCancel(answer) ? undefined : answer
}
