/**
 * ReaderClient: the store's end of the wire to the thread that looks back. That thread is there while somebody looks.
 *
 * Policy. It ends by itself when nobody has asked for half a minute. It keeps the process alive only while an answer is owed.
 *
 * Not here: what it looks for (../thread/history.ts), the wire to the writer (thread-client.ts).
 */
import { Worker } from 'node:worker_threads'
import type { Clock } from '../../../ambient/clock.ts'
import { MailerError } from '../../../model/error.ts'
import type { Look, LookAnswer, LookName, ReaderOptions, Verbs } from '../both/protocol.ts'
import { queueError } from './thread-client.ts'

const IDLE_MS = 30_000
const NURSERY_MB = 4

/** Beside this file, as source or as it was published. */
const READER = new URL(import.meta.url.endsWith('.ts') ? '../thread/reader.ts' : './reader.js', import.meta.url)

interface Waiting {
  readonly resolve: (found: never) => void
  readonly reject: (error: unknown) => void
}

export class ReaderClient {
  readonly #options: ReaderOptions
  readonly #clock: Pick<Clock, 'after'>
  #worker: Worker | undefined
  #waiting = new Map<number, Waiting>()
  #seq = 0
  #stopIdling: (() => void) | undefined
  #ended: MailerError | undefined

  constructor(options: ReaderOptions, clock: Pick<Clock, 'after'>) {
    this.#options = options
    this.#clock = clock
  }

  /** Whether the thread is there. */
  get isRunning(): boolean {
    return this.#worker !== undefined
  }

  ask<V extends LookName>(verb: V, ask: Verbs[V]['ask']): Promise<Verbs[V]['answer']> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      this.#worker ??= this.#start()
      this.#stopIdling?.()
      this.#worker.ref()
      const seq = ++this.#seq
      this.#waiting.set(seq, { resolve, reject })
      this.#worker.postMessage([seq, verb, ask] satisfies Look<V>)
    })
  }

  /** Answers what was asked, then ends. */
  async close(): Promise<void> {
    this.#ended ??= closed(undefined)
    await Promise.allSettled(
      [...this.#waiting].map(
        ([seq, { resolve, reject }]) =>
          new Promise<void>(done => {
            const both =
              <T>(call: (value: T) => void) =>
              (value: T) => {
                call(value)
                done()
              }
            this.#waiting.set(seq, { resolve: both(resolve), reject: both(reject) })
          }),
      ),
    )
    await this.#stop()
  }

  destroy(reason: unknown): void {
    this.#ended ??= closed(reason)
    this.#refuseAll(this.#ended)
    // Never rejects.
    void this.#stop()
  }

  #start(): Worker {
    const worker = new Worker(READER, {
      name: 'postrider-history',
      workerData: this.#options,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: {},
      resourceLimits: { maxYoungGenerationSizeMb: NURSERY_MB },
    })
    let why: unknown
    worker.on('message', (answer: LookAnswer) => this.#settle(answer))
    worker.on('error', error => {
      why = error
    })
    worker.on('exit', () => {
      if (this.#worker !== worker) return
      this.#worker = undefined
      this.#refuseAll(stopped(this.#options.path, why))
    })
    return worker
  }

  #settle([seq, found, refused]: LookAnswer): void {
    const waiting = this.#waiting.get(seq)
    this.#waiting.delete(seq)
    if (found === null) waiting?.reject(queueError(refused, this.#options.path))
    else waiting?.resolve(found as never)
    if (this.#waiting.size > 0) return
    this.#worker?.unref()
    // Never rejects.
    const stop = (): void => void this.#stop()
    this.#stopIdling = this.#clock.after(IDLE_MS, stop, { idle: true })
  }

  async #stop(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    this.#stopIdling?.()
    // Nothing is lost by its end, however it ends.
    await worker?.terminate().catch(() => {})
  }

  #refuseAll(error: MailerError): void {
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting) reject(error)
  }
}

function stopped(path: string, cause: unknown): MailerError {
  return new MailerError('queue-unavailable', `The thread that looks back over the queue ${path} has stopped.`, {
    where: path,
    fix: 'ask again',
    ...(cause !== undefined && { cause }),
  })
}

function closed(cause: unknown): MailerError {
  return new MailerError('closed', 'The queue is closed.', cause === undefined ? {} : { cause })
}
