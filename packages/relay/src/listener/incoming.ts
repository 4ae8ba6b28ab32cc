/**
 * Incoming: the message that is being received, from 354 to its end.
 *
 * Not here: where it ends (data-reader.ts), where it is kept (body.ts), what becomes of it (policy.ts).
 */
import type { Body } from './body.ts'
import { DataReader } from './data-reader.ts'

export type Progress =
  | { readonly kind: 'more'; readonly wait?: Promise<void> }
  /** The end has come; `rest` follows it. */
  | { readonly kind: 'done'; readonly body: Body; readonly rest: Buffer }
  /** It goes on and on. */
  | { readonly kind: 'endless' }

export class Incoming {
  #body: Body | undefined
  #reader: DataReader | undefined
  #most = 0

  /** Collects into `body`; what is twice as long as allowed is not even read to its end. */
  begin(body: Body, messageBytes: number): void {
    this.#body = body
    this.#most = 2 * messageBytes
    this.#reader = new DataReader(piece => body.write(piece))
  }

  feed(bytes: Buffer): Progress {
    const body = this.#body!
    const rest = this.#reader!.feed(bytes)
    if (rest !== undefined) return { kind: 'done', body, rest }
    if (body.size > this.#most) return { kind: 'endless' }
    const wait = body.backlog()
    return wait ? { kind: 'more', wait } : MORE
  }

  discard(): void {
    this.#body?.discard()
    this.#body = undefined
    this.#reader = undefined
  }
}

const MORE: Progress = { kind: 'more' }
