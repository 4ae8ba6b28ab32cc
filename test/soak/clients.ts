/**
 * Clients: programs of different habits that hand mail to the relay all the time.
 *
 * - steady   four sessions with STARTTLS, ten messages a second each
 * - burst    every so often many connections at once, with nodemailer's pool
 * - big      messages above the size at which the relay writes them to its disk while they come in
 * - drip     a few octets at a time
 * - vanish   gone in the middle of a message; `leave`: gone after the final dot, without waiting for the reply
 * - silent   connected, and never a word
 *
 * Policy. A client that is refused or cut off forgets the message, which stands in the ledger, and comes back a little later.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { createTransport } from 'nodemailer'
import { connectRaw, type RawClient } from '../../packages/relay/src/testing/raw-client.ts'
import type { ServedPorts } from '../support/serve.ts'
import type { Entry, Ledger } from './ledger.ts'
import { RELAY } from './place.ts'
import { contentFor, drip, finish, introduce, LOGIN, logIn, SENDER, type Security, transact } from './session.ts'

const STEADY_SESSIONS = 4
const STEADY_EVERY_MS = 100
const BURST_EVERY_MS = 10_000
const BURST = 200
const BURST_CONNECTIONS = 12
const BIG_OCTETS = 1_500_000
const DRIPPERS = 20
const COME_BACK_MS = 500

export class Clients {
  readonly #ledger: Ledger
  readonly #ports: ServedPorts
  readonly #running = new Set<Promise<void>>()
  #stopped = false
  #paused = false
  /** Connections that said nothing, and those of them that the relay has closed. */
  silent = { opened: 0, closed: 0 }

  constructor(ledger: Ledger, ports: ServedPorts) {
    this.#ledger = ledger
    this.#ports = ports
  }

  start(): void {
    for (let at = 0; at < STEADY_SESSIONS; at++) this.#run(this.#stay('starttls', STEADY_EVERY_MS, 2_000))
    this.#run(this.#stay('tls', 2_000, BIG_OCTETS))
    for (let at = 0; at < DRIPPERS; at++) this.#run(this.#again(0, () => this.#drip()))
    this.#run(this.#again(BURST_EVERY_MS, () => this.#burst()))
    this.#run(this.#again(700, () => this.#vanish()))
    this.#run(this.#again(900, () => this.#leave()))
    this.#run(this.#again(1_000, async number => void this.#run(this.#beSilent(number))))
  }

  /** Slow clients beside the usual ones, one message each. */
  wave(count: number): void {
    for (let at = 0; at < count; at++) this.#run(this.#drip().catch(() => undefined))
  }

  /** Nobody begins anything new. */
  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
  }

  /** Resolves with how many are still busy when `withinMs` are over; 0 when all are done. */
  async stop(withinMs: number): Promise<number> {
    this.#stopped = true
    const late = AbortSignal.timeout(withinMs)
    while (this.#running.size > 0 && !late.aborted) await Promise.race([...this.#running, sleep(500)])
    return this.#running.size
  }

  #run(work: Promise<void>): void {
    const running = work.finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  async #again(everyMs: number, work: (number: number) => Promise<void>): Promise<void> {
    for (let number = 1; !this.#stopped; number++) {
      if (!this.#paused) await work(number).catch(() => sleep(COME_BACK_MS))
      await sleep(Math.max(everyMs, 10))
    }
  }

  /** One session after the other, each for as long as it lasts. */
  async #stay(security: Security, everyMs: number, octets: number): Promise<void> {
    await this.#again(COME_BACK_MS, async () => {
      using client = await logIn(security, this.#ports[security])
      while (!this.#stopped && !this.#paused) {
        const entry = this.#ledger.begin(octets > 100_000 ? 'big' : 'steady')
        await transact(client, entry, this.#ledger, octets)
        if (entry.said === 'the connection has ended' || entry.answer === 'unknown') return
        await sleep(everyMs)
      }
      client.send('QUIT\r\n')
    })
  }

  async #drip(): Promise<void> {
    using client = await logIn('plain', this.#ports.plain)
    const entry = this.#ledger.begin('drip')
    if (!(await introduce(client, entry))) return void (await sleep(COME_BACK_MS))
    await drip(client, contentFor(entry, 1_500), { octets: 16, everyMs: 100 })
    await finish(client, entry, this.#ledger)
  }

  async #vanish(): Promise<void> {
    using client = await logIn('plain', this.#ports.plain)
    const entry = this.#ledger.begin('vanish')
    if (!(await introduce(client, entry))) return
    await drip(client, contentFor(entry, 500), { octets: 200, everyMs: 10 })
    entry.answer = 'unfinished'
  }

  async #leave(): Promise<void> {
    using client = await logIn('plain', this.#ports.plain)
    const entry = this.#ledger.begin('leave')
    if (!(await introduce(client, entry))) return
    client.send(`${contentFor(entry, 500)}.\r\n`)
    entry.answer = 'unknown'
    client.end()
  }

  /** From addresses of their own: a client that never logs in is soon unwelcome. */
  async #beSilent(number: number): Promise<void> {
    let client: RawClient
    try {
      client = await connectRaw({ host: RELAY, port: this.#ports.plain, localAddress: `127.0.3.${1 + (number % 250)}` })
    } catch {
      return
    }
    this.silent.opened++
    await client.rest()
    client.destroy()
    this.silent.closed++
  }

  async #burst(): Promise<void> {
    const transport = createTransport({
      pool: true,
      maxConnections: BURST_CONNECTIONS,
      maxMessages: Number.POSITIVE_INFINITY,
      // A message that it sends twice would not be the relay's double.
      maxRequeues: 0,
      host: RELAY,
      port: this.#ports.starttls,
      requireTLS: true,
      auth: { user: LOGIN.user, pass: LOGIN.password },
      tls: { rejectUnauthorized: false },
    })
    const submit = async (entry: Entry): Promise<void> => {
      try {
        const { recipient: to, number } = entry
        await transport.sendMail({ from: SENDER, to, subject: `n${number}`, text: 'It works.\n.\n'.repeat(50) })
        entry.answer = 'accepted'
      } catch (error) {
        // It says CONN of a connection that ends at any time, so only a reply and a refused connection are certain.
        const { responseCode = 0, message } = error as Failure
        const known = responseCode >= 400 || message.includes('ECONNREFUSED')
        Object.assign(entry, { answer: known ? 'refused' : 'unknown', said: message })
      }
    }
    await Promise.all(Array.from({ length: BURST }, () => submit(this.#ledger.begin('burst'))))
    transport.close()
  }
}

interface Failure extends Error {
  readonly responseCode?: number
}
