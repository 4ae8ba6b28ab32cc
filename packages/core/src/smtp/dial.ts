/**
 * Dial: one TCP connection to one address, from one of ours, within a deadline.
 *
 * Not here: which address (route/), TLS (tls.ts).
 */
import { connect, type Socket } from 'node:net'
import type { Clock } from '../ambient/clock.ts'
import type { LossCode } from '../model/evidence.ts'
import { lost } from './errors.ts'

export interface DialTarget {
  readonly address: string
  readonly family: 4 | 6
  readonly port: number
  readonly localAddress?: string
}

/** RFC 863: if anybody listens there, it hears nothing. */
const DISCARD = 9

export interface DialOptions {
  readonly clock: Clock
  readonly connectMs: number
}

/** @throws SmtpError of stage `connect` */
export function dial(target: DialTarget, { clock, connectMs }: DialOptions, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(lost('connect', 'aborted', 'told to stop before connecting'))
    const socket = connect({
      host: target.address,
      port: target.port,
      family: target.family,
      // A command and its reply are far smaller than a segment: waiting for more to send only adds delay.
      noDelay: true,
      ...(target.localAddress === undefined ? {} : { localAddress: target.localAddress }),
    })
    const settle = (): void => {
      cancel()
      signal.removeEventListener('abort', abort)
      socket.removeListener('connect', connected)
      socket.removeListener('error', failed)
    }
    const giveUp = (code: LossCode, detail: string): void => {
      settle()
      // What a dying socket still has to say concerns nobody, and must not be an uncaught error.
      socket.on('error', () => {})
      socket.destroy()
      reject(lost('connect', code, detail))
    }
    const connected = (): void => {
      settle()
      resolve(socket)
    }
    const where = `${target.address} port ${target.port}`
    const failed = (error: NodeJS.ErrnoException): void =>
      giveUp(codeOf(error), `${error.code ?? error.message} connecting to ${where}`)
    const abort = (): void => giveUp('aborted', `told to stop while connecting to ${where}`)
    const cancel = clock.after(connectMs, () =>
      giveUp('connect-timeout', `no connection to ${where} in ${connectMs} ms`),
    )
    signal.addEventListener('abort', abort, { once: true })
    socket.once('connect', connected)
    socket.once('error', failed)
  })
}

/** Whether an address is ours: a connection to ourselves is begun from there. @returns what went wrong, such as EADDRNOTAVAIL */
export function bindProblem(localAddress: string): Promise<string | undefined> {
  return new Promise(resolve => {
    const socket = connect({ host: localAddress.includes(':') ? '::1' : '127.0.0.1', port: DISCARD, localAddress })
    socket.once('error', ({ code, message, syscall }: NodeJS.ErrnoException) =>
      // Whoever got so far as to be refused was bound.
      resolve(syscall === 'bind' ? (code ?? message) : undefined),
    )
    socket.once('connect', () => {
      socket.destroy()
      resolve(undefined)
    })
  })
}

function codeOf(error: NodeJS.ErrnoException): LossCode {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'connect-refused'
    case 'ECONNRESET':
    case 'ECONNABORTED':
      return 'reset'
    case 'ETIMEDOUT':
      return 'connect-timeout'
    case 'EADDRNOTAVAIL':
    case 'EADDRINUSE':
    case 'EAFNOSUPPORT':
      return 'local-address'
    default:
      return 'unreachable'
  }
}
