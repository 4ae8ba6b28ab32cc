/**
 * ThreadClient: the store's end of the wire to its writer thread. Verbs in, promises out.
 *
 * Policy. Verbs travel in batches: while the thread is busy with one, the next gathers, and its bytes are packed into one
 * transferred buffer, but for what is large and given away. A thread that is idle gets what one turn of the event loop brought. Outcomes of attempts, for which
 * nobody outside waits, wait a moment for company; acceptances do while many come at once (site-window.ts).
 * The thread keeps the process alive only while an answer is owed. When the thread dies, everything that waits for it is
 * refused, and so is everything after; of a change that was under way it is told that its outcome is not known.
 */
import { Buffer } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { systemClock } from '../../../ambient/clock.ts'
import { MailerError } from '../../../model/error.ts'
import { isGivenAway } from '../../../model/message-buffer.ts'
import {
  type Answer,
  type Batch,
  type Call,
  CHANGING,
  type Opening,
  PART_OCTETS,
  type StoreError,
  type TakeoverPlan,
  type VerbName,
  type Verbs,
  type WriterOptions,
} from '../both/protocol.ts'
import { BatchTiming } from './batch-timing.ts'

interface Waiting {
  readonly verb: VerbName
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

/** Of a call that its caller may give up as long as it was not posted. */
export interface Giving {
  readonly signal?: AbortSignal
  /** It was posted. */
  readonly begun?: () => void
}

/** Who hears that an older file is taken over, before it is. */
interface ThreadClientSeams {
  readonly script?: URL
  readonly onTakeover?: ((plan: TakeoverPlan) => void) | undefined
}

const NURSERY_MB = 8

/** Beside this file, as source or as it was published. */
const WRITER = new URL(import.meta.url.endsWith('.ts') ? '../thread/writer.ts' : './writer.js', import.meta.url)

export class ThreadClient {
  readonly #worker: Worker
  readonly #path: string
  readonly #exited: Promise<void>
  readonly #waiting = new Map<number, Waiting>()
  #calls: Call[] = []
  #parts: Uint8Array[] = []
  #large: Uint8Array<ArrayBuffer>[] = []
  #size = 0
  #seq = 0
  /** The last call that the thread has, or had. */
  #posted = 0
  /** What to do for calls that are not posted yet, when they are. */
  readonly #beginning = new Map<number, () => void>()
  /** When to post is a matter of the machine's time, whatever clock the store was given. */
  readonly #pace = new BatchTiming(systemClock, () => this.#post())
  /** Why nothing more is taken. */
  #ended: MailerError | undefined

  private constructor(worker: Worker, path: string) {
    this.#worker = worker
    this.#path = path
    worker.on('message', (answers: readonly Answer[]) => this.#settle(answers))
    worker.on('error', error => this.#end(stopped(path, error)))
    // Asked for before it can happen: the last answer and the exit may come in one go.
    this.#exited = new Promise(resolve => {
      worker.on('exit', () => {
        this.#end(stopped(path, undefined))
        resolve()
      })
    })
    worker.unref()
  }

  /** @throws MailerError `queue-unavailable`, `queue-full`, `queue-newer` */
  static async open(
    options: Omit<WriterOptions, 'holder'>,
    { script = WRITER, onTakeover }: ThreadClientSeams = {},
  ): Promise<ThreadClient> {
    const worker = new Worker(script, {
      name: 'postrider-queue',
      workerData: { ...options, holder: randomUUID() } satisfies WriterOptions,
      // Flags of the main program (an entry given by --eval, a loader) are not meant for this thread.
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: {},
      // Rows come and go; a larger nursery would only be memory.
      resourceLimits: { maxYoungGenerationSizeMb: NURSERY_MB },
    })
    await new Promise<void>((resolve, reject) => {
      const fail = (error: unknown): void => reject(stopped(options.path, error))
      const leave = (): void => fail(undefined)
      worker.once('error', fail)
      worker.once('exit', leave)
      worker.on('message', function hear(opening: Opening): void {
        if ('takingOver' in opening) {
          onTakeover?.(opening.takingOver)
          return
        }
        worker.removeListener('message', hear)
        worker.removeListener('error', fail)
        worker.removeListener('exit', leave)
        if ('opened' in opening) resolve()
        else reject(queueError(opening.refused, options.path))
      })
    })
    return new ThreadClient(worker, options.path)
  }

  ask<V extends VerbName>(verb: V, ask: Verbs[V]['ask'], giving?: Giving): Promise<Verbs[V]['answer']> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      const seq = ++this.#seq
      if (this.#waiting.size === 0) this.#worker.ref()
      this.#waiting.set(seq, { verb, resolve, reject })
      this.#calls.push([seq, verb, ask])
      if (giving !== undefined) this.#mayGiveUp(seq, giving)
      this.#pace.add(verb)
    })
  }

  #mayGiveUp(seq: number, { signal, begun }: Giving): void {
    const giveUp = (): void => {
      this.#beginning.delete(seq)
      this.#calls = this.#calls.filter(([each]) => each !== seq)
      const waiting = this.#waiting.get(seq)
      this.#waiting.delete(seq)
      if (this.#waiting.size === 0) this.#worker.unref()
      waiting?.reject(signal?.reason)
    }
    this.#beginning.set(seq, () => {
      signal?.removeEventListener('abort', giveUp)
      begun?.()
    })
    signal?.addEventListener('abort', giveUp)
  }

  /** Lets bytes travel with the next batch. Returns where they will stand in it. */
  pack(bytes: Uint8Array): number {
    return isGivenAway(bytes) ? this.#large.push(bytes) * PART_OCTETS : this.#copy(bytes)
  }

  /** The same for what is asked again when it fails, as outcomes are: nothing is given away. */
  readonly copying: { pack(bytes: Uint8Array): number } = { pack: bytes => this.#copy(bytes) }

  #copy(bytes: Uint8Array): number {
    const start = this.#size
    this.#parts.push(bytes)
    this.#size += bytes.length
    return start
  }

  /** Refuses everything from now on; the thread does what it was asked before. */
  async close(): Promise<void> {
    if (this.#ended !== undefined) return
    const done = this.ask('close', null)
    this.#ended = closed(undefined)
    await done
    this.#worker.ref()
    await this.#exited
  }

  destroy(reason: unknown): void {
    this.#end(closed(reason))
    this.#worker.terminate().catch(() => {
      // It has ended by itself, which is what was wanted.
    })
  }

  #post(): void {
    const bytes = new Uint8Array(this.#size)
    let at = 0
    for (const part of this.#parts) {
      bytes.set(part, at)
      at += part.length
    }
    const parts = [bytes, ...this.#large]
    const batch: Batch = { calls: this.#calls, parts }
    this.#calls = []
    this.#parts = []
    this.#large = []
    this.#size = 0
    try {
      this.#worker.postMessage(
        batch,
        parts.map(({ buffer }) => buffer),
      )
    } catch (error) {
      this.#refuse(batch.calls, error)
      return
    }
    this.#posted = this.#seq
    for (const begin of this.#beginning.values()) begin()
    this.#beginning.clear()
  }

  /** The thread never got these: somebody has let go of memory that was given away. */
  #refuse(calls: readonly Call[], cause: unknown): void {
    for (const [seq] of calls) {
      const waiting = this.#waiting.get(seq)
      this.#waiting.delete(seq)
      this.#beginning.delete(seq)
      waiting?.reject(notHandedOver(this.#path, cause))
    }
    this.#pace.answered()
    if (this.#waiting.size === 0) this.#worker.unref()
  }

  #settle(answers: readonly Answer[]): void {
    for (const [seq, value, trouble] of answers) {
      const waiting = this.#waiting.get(seq)
      this.#waiting.delete(seq)
      if (trouble === undefined) waiting?.resolve(value as never)
      else waiting?.reject(queueError(trouble, this.#path))
    }
    this.#pace.answered()
    if (this.#waiting.size === 0) this.#worker.unref()
  }

  #end(error: MailerError): void {
    this.#ended ??= error
    this.#pace.stop()
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    this.#beginning.clear()
    for (const [seq, { verb, reject }] of waiting) {
      reject(seq <= this.#posted && CHANGING.has(verb) ? outcomeUnknown(this.#path, error) : error)
    }
  }
}

function stopped(path: string, cause: unknown): MailerError {
  return new MailerError('queue-unavailable', `The writer thread of the queue ${path} has stopped.`, {
    where: path,
    fix: 'start the program again; what was acknowledged is on disk',
    ...(cause !== undefined && { cause }),
  })
}

function notHandedOver(path: string, cause: unknown): MailerError {
  return new MailerError('queue-unavailable', `The writer thread of the queue ${path} could not be asked.`, {
    where: path,
    fix: 'ask again; give the octets of a message to one call at a time',
    cause,
  })
}

function outcomeUnknown(path: string, cause: MailerError): MailerError {
  return new MailerError(
    'queue-outcome-unknown',
    `The queue ${path} did not say whether it was done: ${cause.message}`,
    {
      where: path,
      fix: 'look whether it was done before it is asked again; a message with an idempotency key is safe to send again',
      cause,
    },
  )
}

export function queueError({ code, message, fix }: StoreError, path: string, cause?: unknown): MailerError {
  return new MailerError(code, message, { where: path, fix, ...(cause !== undefined && { cause }) })
}

function closed(cause: unknown): MailerError {
  return new MailerError('closed', 'The queue is closed.', cause === undefined ? {} : { cause })
}

/** Bytes as the thread answers them. */
export function asBuffer(bytes: Uint8Array<ArrayBuffer> | null): Buffer | undefined {
  return bytes === null ? undefined : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
