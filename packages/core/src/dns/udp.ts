/**
 * UDP: one question to one server, over TCP when the answer does not fit. The only node:dgram import.
 *
 * Policy. Each query has its own socket, so its own random source port, and a random id (RFC 5452 §9.2); the socket is
 * connected, so the system drops what comes from elsewhere. A truncated answer is asked again over TCP (RFC 7766 §5). A
 * server that does not know EDNS is asked once more without (RFC 6891 §7).
 *
 * Not here: other servers and deadlines (upstream.ts).
 */
import type { Buffer } from 'node:buffer'
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { DnsError } from './errors.ts'
import type { Exchange, Outgoing, SentQuestion } from './exchange.ts'
import { matchResponse } from './exchange.ts'
import { wantsNoEdns } from './interpret.ts'
import type { Response } from './message.ts'
import { encodeQuery } from './packet.ts'
import type { Question } from './record.ts'
import type { UdpServer } from './server.ts'
import { printServer } from './server.ts'
import { askTcp } from './tcp.ts'

export function udpExchange(server: UdpServer, trusted: boolean): Exchange {
  return {
    server: printServer(server),
    trusted,
    ask: async (question, signal) => {
      const response = await askOnce(server, question, { edns: true, signal })
      return wantsNoEdns(response) ? askOnce(server, question, { edns: false, signal }) : response
    },
    close: async () => {},
  }
}

interface Way {
  readonly edns: boolean
  readonly signal: AbortSignal
}

async function askOnce(server: UdpServer, question: SentQuestion, { edns, signal }: Way): Promise<Response> {
  const id = randomInt(0x10000)
  const query = encodeQuery(id, question, { edns, checkingDisabled: question.checkingDisabled })
  const accept = (bytes: Buffer): Response | undefined => matchResponse(bytes, id, question)
  const response = await askUdp(server, { question, query, accept }, signal)
  return response.truncated ? askTcp(server, { question, query, accept }, signal) : response
}

function askUdp(server: UdpServer, { question, query, accept }: Outgoing, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const socket = createSocket(server.family === 6 ? 'udp6' : 'udp4')
    let finished = false
    const finish = (settle: () => void): void => {
      if (finished) return
      finished = true
      signal.removeEventListener('abort', abort)
      // Its own listeners stay: a socket that is not bound yet needs them to get to its close.
      socket.close()
      settle()
    }
    const abort = (): void => finish(() => reject(signal.reason))
    signal.addEventListener('abort', abort, { once: true })
    socket.on('error', cause => finish(() => reject(unreachable(server, question, cause))))
    socket.on('message', bytes => {
      const response = accept(bytes)
      if (response !== undefined) finish(() => resolve(response))
    })
    socket.once('connect', () => {
      if (!finished) socket.send(query)
    })
    socket.connect(server.port, server.address)
  })
}

function unreachable(server: UdpServer, question: Question, cause: Error): DnsError {
  return new DnsError('unreachable', question, { detail: `${printServer(server)}: ${cause.message}`, cause })
}
