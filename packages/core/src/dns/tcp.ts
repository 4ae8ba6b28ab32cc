/**
 * TCP: the same query where the answer is too long for UDP. Two octets of length before each message. RFC 1035 §4.2.2, RFC 7766
 *
 * Policy. One connection for one query: long answers are rare, and a shared connection would tie their fates together.
 */
import { Buffer } from 'node:buffer'
import { connect } from 'node:net'
import { DnsError } from './errors.ts'
import type { Outgoing } from './exchange.ts'
import type { Response } from './message.ts'
import type { UdpServer } from './server.ts'
import { printServer } from './server.ts'

export function askTcp(
  server: UdpServer,
  { question, query, accept }: Outgoing,
  signal: AbortSignal,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const socket = connect({ host: server.address, port: server.port, noDelay: true })
    let received: Buffer = Buffer.alloc(0)
    const finish = (settle: () => void): void => {
      signal.removeEventListener('abort', abort)
      socket.destroy()
      // The first to settle counts; what a destroyed socket still says changes nothing.
      settle()
    }
    const abort = (): void => finish(() => reject(signal.reason))
    const fail = (why: string, cause?: Error): void =>
      finish(() =>
        reject(new DnsError('unreachable', question, { detail: `${printServer(server)} over TCP: ${why}`, cause })),
      )
    signal.addEventListener('abort', abort, { once: true })
    socket.once('connect', () => socket.write(framed(query)))
    socket.on('error', error => fail(error.message, error))
    socket.once('close', () => fail('it closed the connection without an answer'))
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      for (;;) {
        if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return
        const end = 2 + received.readUInt16BE(0)
        const response = accept(received.subarray(2, end))
        if (response !== undefined) return finish(() => resolve(response))
        received = received.subarray(end)
      }
    })
  })
}

/** A message as it goes over TCP. */
export function framed(message: Buffer): Buffer {
  const length = Buffer.allocUnsafe(2)
  length.writeUInt16BE(message.length)
  return Buffer.concat([length, message])
}
