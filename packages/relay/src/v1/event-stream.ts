/**
 * EventStream: server-sent events (HTML §9.2) from a source that is asked for one after the other.
 *
 * Policy. Nothing is read ahead of the reader: what it has not taken waits where it came from. A reader that takes nothing for a while is
 * cut, and goes on later from the last id it saw; where it begins is said first. A comment now and then keeps proxies from taking the silence for an end.
 * Who was let in and would not be by now hears no more: it is asked before an event is told, once a second at most, and with each comment.
 *
 * Not here: what is told (events.ts, advice.ts).
 */
import type { Clock, Logger } from '@postrider/core'
import type { HttpRequest, OtherAnswer } from '../server/index.ts'

export interface Told {
  readonly event: string
  readonly id?: string
  /** Becomes JSON, on one line. */
  readonly data: object
}

/** `undefined` says that nothing of interest came. */
export type Source = AsyncGenerator<Told | undefined, void, undefined>

const BEAT_MS = 15_000
const STALLED_MS = 30_000
/** A key that is taken away is told of no event that comes later than this. */
const LEAVE_HOLDS_MS = 1_000

export interface StreamPorts {
  readonly clock: Clock
  readonly logger: Logger
}

export interface StreamOptions {
  /** What a comment carries, so that a reader of seldom events need not begin far back. */
  readonly lastId?: () => string | undefined
  /** Called with 1 when it is first read, and then once with -1, however it ends. What HEAD asks for is never read. */
  readonly count?: (change: 1 | -1) => void
  /** Whether it may still be told. @default always */
  readonly stillMay?: () => Promise<boolean>
}

type Reader = Pick<HttpRequest, 'stopping' | 'cut'>

export function eventStream(
  source: Source,
  reader: Reader,
  ports: StreamPorts,
  { lastId = () => undefined, count = () => undefined, stillMay = async () => true }: StreamOptions = {},
): OtherAnswer {
  const telling = new Telling(source, reader, ports, { lastId, count, stillMay })
  const body = new ReadableStream<Uint8Array>(
    { pull: controller => telling.pull(controller), cancel: () => telling.end() },
    { highWaterMark: 0 },
  )
  return { status: 200, type: 'text/event-stream', body, headers: { 'x-accel-buffering': 'no', connection: 'close' } }
}

class Telling {
  readonly #source: Source
  readonly #reader: Reader
  readonly #ports: StreamPorts
  readonly #options: Required<StreamOptions>
  readonly #encoder = new TextEncoder()
  #next: ReturnType<Source['next']> | undefined
  #stopWaiting = (): void => undefined
  #hasBegun = false
  #hasSaidWhere = false
  #isOver = false
  /** When its leave was looked at. */
  #lookedAt: number

  constructor(source: Source, reader: Reader, ports: StreamPorts, options: Required<StreamOptions>) {
    this.#source = source
    this.#reader = reader
    this.#ports = ports
    this.#options = options
    this.#lookedAt = ports.clock.monotonic()
  }

  /** Asked for more: the reader has taken what it was told. */
  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    this.#stopWaiting()
    if (!this.#hasBegun) this.#options.count(1)
    this.#hasBegun = true
    try {
      const text = await this.#nextText()
      // Its reader has left meanwhile.
      if (this.#isOver) return
      if (text === undefined) {
        controller.close()
        return this.end()
      }
      controller.enqueue(this.#encoder.encode(text))
      this.#stopWaiting = this.#ports.clock.after(STALLED_MS, () => this.#reader.cut())
    } catch (error) {
      if (this.#isOver) return
      // Its reader comes again, and finds out whether it was for good.
      this.#ports.logger.error({ event: 'event-stream-failed', problem: String(error) }, 'an event stream broke off')
      this.end()
      this.#reader.cut()
      controller.close()
    }
  }

  end(): void {
    if (this.#hasBegun && !this.#isOver) this.#options.count(-1)
    this.#isOver = true
    this.#stopWaiting()
    // A source that is being asked ends when that is answered: nobody waits for it.
    this.#source.return(undefined).catch(() => undefined)
  }

  /** Undefined: there is no more. */
  async #nextText(): Promise<string | undefined> {
    const where = this.#options.lastId()
    if (!this.#hasSaidWhere && where !== undefined) {
      this.#hasSaidWhere = true
      return `id: ${where}\n:\n\n`
    }
    for (;;) {
      this.#next ??= this.#source.next()
      const came = await firstOf(this.#next, this.#reader.stopping, this.#ports.clock)
      if (came === 'beat') {
        if (!(await this.#mayGoOn())) return undefined
        const id = this.#options.lastId()
        return id === undefined ? ':\n\n' : `id: ${id}\n:\n\n`
      }
      this.#next = undefined
      if (came === 'stopping' || came.done === true) return undefined
      if (came.value === undefined) continue
      return (await this.#mayGoOn()) ? printed(came.value) : undefined
    }
  }

  async #mayGoOn(): Promise<boolean> {
    const now = this.#ports.clock.monotonic()
    if (now - this.#lookedAt < LEAVE_HOLDS_MS) return true
    this.#lookedAt = now
    // Where that is asked may answer late, or never.
    return (await untilStopping(this.#options.stillMay(), this.#reader.stopping)) === true
  }
}

function printed({ event, id, data }: Told): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

type Came = Awaited<ReturnType<Source['next']>> | 'beat' | 'stopping'

async function firstOf(next: ReturnType<Source['next']>, stopping: AbortSignal, clock: Clock): Promise<Came> {
  const { promise, resolve } = Promise.withResolvers<'beat'>()
  const stopTimer = clock.after(BEAT_MS, () => resolve('beat'))
  try {
    return await untilStopping(Promise.race([next, promise]), stopping)
  } finally {
    stopTimer()
  }
}

async function untilStopping<Given>(work: Promise<Given>, stopping: AbortSignal): Promise<Given | 'stopping'> {
  const { promise, resolve } = Promise.withResolvers<'stopping'>()
  const stop = (): void => resolve('stopping')
  stopping.addEventListener('abort', stop, { once: true })
  if (stopping.aborted) stop()
  try {
    return await Promise.race([work, promise])
  } finally {
    stopping.removeEventListener('abort', stop)
  }
}
