/**
 * Wire: commands out, replies in, over one socket.
 *
 * Policy. Whoever waits names the stage and the deadline. There is one timer for the life of the wire: a new deadline is a
 * number, and the timer that fires early is set again for what is left. A wire that failed once stays failed and says the
 * same to everyone who asks; replies that came before are still handed out. Nothing that came in before TLS is read after
 * it (RFC 3207 §6).
 *
 * Not here: what is said (session.ts, transaction.ts, auth.ts), how a line is written (command.ts).
 */
import type { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import type { Clock } from '../ambient/clock.ts'
import type { LossCode, Stage } from '../model/evidence.ts'
import type { Reply } from '../model/reply.ts'
import { createTranscript, type Transcript } from '../observe/index.ts'
import { lost, type SmtpError } from './errors.ts'
import { ReplyParser } from './reply-parser.ts'

interface Waiter {
  readonly stage: Stage
  /** `undefined` when a block was flushed, or when a reply came while one was. */
  readonly resolve: (reply: Reply | undefined) => void
  readonly reject: (error: SmtpError) => void
  /** Waits for the block to leave, not for a reply. */
  readonly flushing: boolean
}

export class Wire {
  readonly transcript: Transcript = createTranscript()
  /** Called whenever octets came or the wire failed. */
  onEvent: (() => void) | undefined
  #socket: Socket
  readonly #clock: Clock
  #parser = new ReplyParser()
  readonly #replies: Reply[] = []
  #waiter: Waiter | undefined
  #failure: { readonly code: LossCode; readonly detail: string } | undefined
  /** Monotonic; Infinity when nobody waits. */
  #deadline = Number.POSITIVE_INFINITY
  #allowedMs = 0
  #timerAt = Number.POSITIVE_INFINITY
  #cancelTimer: (() => void) | undefined

  constructor(socket: Socket, clock: Clock) {
    this.#socket = socket
    this.#clock = clock
    this.#attach(socket)
  }

  /** A reply came that nobody has taken yet. */
  get spoken(): boolean {
    return this.#replies.length > 0 || this.#parser.midway || this.#parser.problem !== undefined
  }

  get failed(): boolean {
    return this.#failure !== undefined
  }

  /** Sends one command, or several at once. What cannot be sent shows when its reply is asked for. */
  send(text: string): void {
    // A reply that is there before its command would be taken for an answer to it. Only 421 may come unasked.
    if (this.spoken && this.#replies[0]?.code !== 421) {
      this.fail('protocol-error', 'the server sent a reply before it was asked')
      this.#replies.length = 0
    }
    if (this.#failure !== undefined) return
    this.transcript.client(text)
    this.#socket.write(text, 'utf8')
  }

  /** Sends pieces of a message without waiting, in one write where the system can. */
  sendPieces(pieces: readonly Buffer[]): void {
    if (this.#failure !== undefined) return
    this.#socket.cork()
    for (const piece of pieces) this.#socket.write(piece)
    this.#socket.uncork()
  }

  /** Sends a block and waits until the system has taken it, or until the server speaks. @throws SmtpError */
  sendBlock(block: Buffer, stage: Stage, ms: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#error(stage))
      if (this.spoken) return resolve(undefined)
      const waiter: Waiter = { stage, resolve, reject, flushing: true }
      this.#wait(waiter, ms)
      this.#socket.write(block, () => {
        if (this.#waiter !== waiter || this.#failure !== undefined) return
        this.#release()
        resolve(undefined)
      })
    })
  }

  /** The next reply, if it is there already, as those to pipelined commands mostly are. */
  takeReply(): Reply | undefined {
    return this.#replies.shift()
  }

  /** The next reply. @throws SmtpError of `stage` */
  reply(stage: Stage, ms: number): Promise<Reply> {
    const ready = this.takeReply()
    if (ready !== undefined) return Promise.resolve(ready)
    if (this.#failure !== undefined) return Promise.reject(this.#error(stage))
    return new Promise((resolve, reject) =>
      this.#wait({ stage, resolve: resolve as Waiter['resolve'], reject, flushing: false }, ms),
    )
  }

  /** Fails the wire when `signal` aborts; the returned function ends that. */
  obey(signal: AbortSignal): () => void {
    const abort = (): void => this.fail('aborted', 'we were told to stop')
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    return () => signal.removeEventListener('abort', abort)
  }

  /**
   * Hands the bare socket over for a handshake; `upgraded` gives it back.
   * @throws SmtpError when the server said more than its 220: whoever put it there wants it read as said under TLS.
   */
  detach(stage: Stage): Socket {
    if (this.#failure !== undefined) throw this.#error(stage)
    if (this.spoken) {
      this.fail('protocol-error', 'the server sent something between its reply to STARTTLS and the TLS handshake')
      throw this.#error(stage)
    }
    this.#socket.removeListener('data', this.#onData)
    this.#socket.removeListener('end', this.#onEnd)
    this.#socket.removeListener('close', this.#onEnd)
    return this.#socket
  }

  upgraded(socket: Socket): void {
    this.#parser = new ReplyParser()
    this.#replies.length = 0
    this.#socket = socket
    this.#attach(socket)
  }

  /** An idle wire does not keep the process alive. */
  idle(): void {
    this.#socket.unref()
  }

  busy(): void {
    this.#socket.ref()
  }

  /** Ends the wire for a reason; the first one stays. */
  fail(code: LossCode, detail: string): void {
    if (this.#failure !== undefined) return
    this.#failure = { code, detail }
    this.#cancelTimer?.()
    this.#socket.destroy()
    const waiter = this.#waiter
    if (waiter !== undefined) {
      this.#release()
      waiter.reject(this.#error(waiter.stage))
    }
    this.onEvent?.()
  }

  #attach(socket: Socket): void {
    socket.on('data', this.#onData)
    socket.on('end', this.#onEnd)
    socket.on('close', this.#onEnd)
    socket.on('error', this.#onError)
  }

  readonly #onData = (octets: Buffer): void => {
    this.transcript.server(octets)
    for (const reply of this.#parser.push(octets)) this.#replies.push(reply)
    const waiter = this.#waiter
    if (waiter !== undefined && this.#replies.length > 0) {
      this.#release()
      waiter.resolve(waiter.flushing ? undefined : this.#replies.shift())
    }
    const problem = this.#parser.problem
    if (problem !== undefined) this.fail(problem.code, problem.detail)
    this.onEvent?.()
  }

  readonly #onEnd = (): void => this.fail('closed', 'the server closed the connection')

  readonly #onError = (error: NodeJS.ErrnoException): void =>
    this.fail(error.code === 'ETIMEDOUT' ? 'timeout' : 'reset', `the connection broke: ${error.code ?? error.message}`)

  #wait(waiter: Waiter, ms: number): void {
    this.#waiter = waiter
    this.#allowedMs = ms
    this.#deadline = this.#clock.monotonic() + ms
    if (this.#deadline < this.#timerAt) this.#arm()
  }

  #release(): void {
    this.#waiter = undefined
    this.#deadline = Number.POSITIVE_INFINITY
  }

  #arm(): void {
    this.#cancelTimer?.()
    this.#timerAt = this.#deadline
    const ms = this.#deadline - this.#clock.monotonic()
    // A waiting socket keeps the process alive; its timer need not.
    this.#cancelTimer = this.#clock.after(Math.ceil(ms), this.#onTimer, { idle: true })
  }

  readonly #onTimer = (): void => {
    this.#timerAt = Number.POSITIVE_INFINITY
    this.#cancelTimer = undefined
    if (this.#deadline === Number.POSITIVE_INFINITY) return
    if (this.#deadline > this.#clock.monotonic()) this.#arm()
    else this.fail('timeout', `no answer within ${this.#allowedMs} ms`)
  }

  #error(stage: Stage): SmtpError {
    const { code, detail } = this.#failure ?? { code: 'closed' as const, detail: 'the connection is closed' }
    return lost(stage, code, detail)
  }
}
