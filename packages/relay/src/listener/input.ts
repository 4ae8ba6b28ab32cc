/**
 * Input: what a client has said and was not read yet: command lines, or the content of a message from 354 to its end.
 *
 * Not here: where a line ends (line-reader.ts), where content ends (data-reader.ts), where it is kept (body.ts), what becomes of
 * it (smtp-policy.ts).
 */
import type { Body } from './body.ts'
import { DataReader } from './data-reader.ts'
import { LineReader, type TOO_LONG } from './line-reader.ts'

export { TOO_LONG } from './line-reader.ts'

/** RFC 5321 §4.5.3.1.4 asks for 512, extensions for more; RFC 4954 §4.3 for 12,288 in a login. */
const LINE_BYTES = 4096
const LOGIN_LINE_BYTES = 12_288
/** Read ahead at most this much while an answer is being found. */
const MOST_WAITING_BYTES = 16 * 1024

export type Progress =
  /** Nothing more has come. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'more'; readonly wait?: Promise<void> }
  /** The end has come. */
  | { readonly kind: 'done'; readonly body: Body }
  /** It goes on and on. */
  | { readonly kind: 'endless' }

const NOTHING: Progress = { kind: 'nothing' }
const MORE: Progress = { kind: 'more' }

export class Input {
  readonly #lines = new LineReader()
  #body: Body | undefined
  #reader: DataReader | undefined
  #most = 0

  /** Octets that wait. */
  get waiting(): number {
    return this.#lines.waiting
  }

  push(chunk: Buffer): 'enough' | undefined {
    this.#lines.push(chunk)
    return this.#lines.waiting > MOST_WAITING_BYTES ? 'enough' : undefined
  }

  /** The next line without its end; undefined while it has not come. */
  line(inLogin: boolean): string | typeof TOO_LONG | undefined {
    return this.#lines.next(inLogin ? LOGIN_LINE_BYTES : LINE_BYTES)
  }

  /** Whether this command is the last thing that waits. */
  endsWith(verb: string): boolean {
    return this.#lines.endsWith(verb)
  }

  /** Collects content into `body`; what is twice as long as allowed is not even read to its end. */
  begin(body: Body, messageBytes: number): void {
    this.#body = body
    this.#most = 2 * messageBytes
    this.#reader = new DataReader(piece => body.write(piece))
  }

  /** Takes what has come of the content. What follows its end waits as lines. */
  content(): Progress {
    const bytes = this.#lines.rest()
    if (bytes === undefined) return NOTHING
    const body = this.#body!
    const rest = this.#reader!.feed(bytes)
    if (rest !== undefined) {
      this.#lines.push(rest)
      return { kind: 'done', body }
    }
    if (body.size > this.#most) return { kind: 'endless' }
    const wait = body.backlog()
    return wait ? { kind: 'more', wait } : MORE
  }

  /** The content is of no use. */
  discard(): void {
    this.#body?.discard()
    this.#body = undefined
    this.#reader = undefined
  }
}
