/**
 * DnsServer: a name server on loopback that answers from a zone literal over UDP and TCP, like a validating resolver.
 *
 * Policy. AD is set only for those who ask for it, answers that are too long for UDP are cut, silence is silence. For tests of
 * what a resolver must survive, `interfere` replaces the datagrams that go out for a question.
 *
 * Not here: recursion. What is not in the zone does not exist.
 */
import { Buffer } from 'node:buffer'
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { type EventEmitter, once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { decodeQuery, encodeReply, framed, type Query, type Question } from '../dns/index.ts'
import type { NameLiteral, Zone, ZoneLiteral, ZoneOptions } from './zone.ts'
import { answerFromZone, readZone } from './zone.ts'

/** Its faults, and where it listens. */
export interface DnsServerOptions extends ZoneOptions {
  /** Where it listens, over UDP and TCP. @default '127.0.0.1' */
  readonly address?: string
  /** The port, the same for UDP and TCP. @default a free one */
  readonly port?: number
  /** What goes out over UDP instead of the answer, in this order. */
  readonly interfere?: (reply: Buffer, question: Question) => readonly Buffer[]
}

export interface SeenQuery extends Question {
  /** CD was set. */
  readonly checkingDisabled: boolean
  readonly over: 'udp' | 'tcp'
  readonly id: number
  /** The asker's. */
  readonly port: number
}

/** A name server on loopback. */
export interface DnsServer {
  /** As `dns.servers` takes it: `127.0.0.1:12345`. */
  readonly server: string
  /** Every question that came in, oldest first. */
  readonly queries: readonly SeenQuery[]
  /** Replaces the records of a name; undefined removes it. */
  set(name: string, records: NameLiteral | undefined): void
  /** Stops answering. */
  close(): Promise<void>
}

const SERVFAIL = 2
const REFUSED = 5
const LONGEST_REPLY = 65_535
const MAX_BIND_ATTEMPTS = 10

/** Starts a name server that answers from a zone. */
export async function startDnsServer(literal: ZoneLiteral, options: DnsServerOptions = {}): Promise<DnsServer> {
  const zone = readZone(literal)
  const queries: SeenQuery[] = []
  const address = options.address ?? '127.0.0.1'
  const answer = (bytes: Buffer, seen: { over: 'udp' | 'tcp'; port: number }): Outcome | undefined => {
    const query = decodeQuery(bytes)
    if (query?.question === undefined) return undefined
    queries.push({ ...query.question, ...seen, id: query.id, checkingDisabled: query.checkingDisabled })
    const reply = replyTo(zone, { query, question: query.question, over: seen.over }, options)
    return reply === undefined ? undefined : { reply, question: query.question }
  }

  const udp = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  const connections = new Set<Socket>()
  const tcp = createServer(socket => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
    serveTcp(socket, bytes => answer(bytes, { over: 'tcp', port: socket.remotePort ?? 0 })?.reply)
  })
  udp.on('message', (bytes, from) => {
    const outcome = answer(bytes, { over: 'udp', port: from.port })
    if (outcome === undefined) return
    const datagrams = options.interfere?.(outcome.reply, outcome.question) ?? [outcome.reply]
    for (const datagram of datagrams) udp.send(datagram, from.port, from.address)
  })

  const port = await listen(udp, tcp, { address, port: options.port ?? 0 })
  return {
    server: address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
    queries,
    set: (name, records) => {
      if (records === undefined) zone.delete(name)
      else zone.set(name, records)
    },
    close: async () => {
      for (const socket of connections) socket.destroy()
      await Promise.all([
        new Promise<void>(resolve => udp.close(() => resolve())),
        new Promise<void>(resolve => tcp.close(() => resolve())),
      ])
    },
  }
}

interface Outcome {
  readonly reply: Buffer
  readonly question: Question
}

interface Asked {
  readonly query: Query
  readonly question: Question
  readonly over: 'udp' | 'tcp'
}

function replyTo(zone: Zone, { query, question, over }: Asked, options: ZoneOptions): Buffer | undefined {
  const { fault, rcode, authentic, answers, authorities } = answerFromZone(
    zone,
    { ...question, checkingDisabled: query.checkingDisabled },
    options,
  )
  if (fault === 'silent' || fault === 'timeout') return undefined
  const common = { id: query.id, question, authentic: authentic && query.wantsAuthentic, truncated: false }
  if (fault !== undefined) {
    return encodeReply({
      ...common,
      rcode: fault === 'refused' ? REFUSED : SERVFAIL,
      authentic: false,
      answers: [],
      authorities: [],
    })
  }
  const whole = encodeReply({ ...common, rcode, answers, authorities })
  if (whole.length <= (over === 'udp' ? query.udpOctets : LONGEST_REPLY)) return whole
  return encodeReply({ ...common, truncated: true, rcode, answers: [], authorities: [] })
}

function serveTcp(socket: Socket, answer: (bytes: Buffer) => Buffer | undefined): void {
  let received: Buffer | undefined
  // A client may leave at any time.
  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => {
    received = received === undefined ? chunk : Buffer.concat([received, chunk])
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0)
      const reply = answer(received.subarray(2, end))
      received = received.subarray(end)
      if (reply !== undefined) socket.write(framed(reply))
    }
  })
}

/** TCP and UDP on one port; when the free TCP port is not free for UDP, another is tried. */
async function listen(udp: UdpSocket, tcp: Server, at: { address: string; port: number }): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    await settled(tcp, 'listening', () => tcp.listen(at.port, at.address))
    const { port } = tcp.address() as AddressInfo
    try {
      await settled(udp, 'listening', () => udp.bind(port, at.address))
      return port
    } catch (error) {
      await new Promise<void>(resolve => tcp.close(() => resolve()))
      // A port that was given has to be that one.
      if (at.port !== 0 || attempt === MAX_BIND_ATTEMPTS) throw error
    }
  }
}

async function settled(emitter: EventEmitter, event: string, begin: () => void): Promise<void> {
  const happened = once(emitter, event)
  begin()
  await happened
}
