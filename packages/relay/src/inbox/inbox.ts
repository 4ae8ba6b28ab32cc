/**
 * Inbox: captured mail, the newest of it, within bounds of number, octets and age; and who waits for some.
 *
 * Policy. A message is there when all of it is: its octets are kept and its header is read before anybody is told. What exceeds a bound
 * removes the oldest. A message that alone exceeds the bound of octets is not kept, and that is logged.
 *
 * Not here: what becomes of it (scenario.ts), what is in it (whole-message.ts).
 */
import { type Clock, type Logger, type MessageContent, mailReader } from '@postrider/core'
import { type Captured, captured, type Envelope } from './captured.ts'
import { ContentFolder } from './content-folder.ts'
import { type InboxFilter, matches } from './filter.ts'

export interface InboxBounds {
  readonly messages: number
  readonly bytes: number
  readonly ageMs: number
}

export interface InboxPorts {
  readonly folder: string
  readonly bounds: InboxBounds
  readonly clock: Clock
  readonly logger: Logger
}

type ReadHeaders = Awaited<ReturnType<typeof mailReader>>['readHeaders']
type Listener = (mail: Captured) => void

const HEAD_BYTES = 64 * 1024
const LOOK_EVERY_MS = 60_000
const MOST_LISTENERS = 1000

export class Inbox {
  readonly #ports: InboxPorts
  readonly #content: ContentFolder
  /** By id, oldest first, as they came. */
  readonly #mails = new Map<string, Captured>()
  readonly #taking = new Map<string, Promise<void>>()
  readonly #listeners = new Set<Listener>()
  readonly #readHeaders: ReadHeaders
  #bytes = 0
  #stopLooking: () => void = () => undefined

  private constructor(ports: InboxPorts, readHeaders: ReadHeaders) {
    this.#ports = ports
    this.#content = new ContentFolder(ports.folder)
    this.#readHeaders = readHeaders
  }

  /** With what was kept before. */
  static async open(ports: InboxPorts): Promise<Inbox> {
    const { readHeaders } = await mailReader()
    const inbox = new Inbox(ports, readHeaders)
    for (const { envelope, head } of await inbox.#content.open()) inbox.#add(captured(envelope, head, readHeaders))
    inbox.#lookAgain()
    return inbox
  }

  get size(): number {
    return this.#mails.size
  }

  get bytes(): number {
    return this.#bytes
  }

  has(id: string): boolean {
    return this.#mails.has(id) || this.#taking.has(id)
  }

  /** Once for each id, however often it is tried. */
  async take(envelope: Envelope, content: MessageContent): Promise<void> {
    const { id, sizeBytes } = envelope
    if (this.#mails.has(id)) return
    if (sizeBytes > this.#ports.bounds.bytes) {
      const bound = this.#ports.bounds.bytes
      this.#ports.logger.warn({ event: 'inbox-too-large', id, sizeBytes, bound }, 'a captured message is not kept')
      return
    }
    const taking = this.#taking.get(id) ?? this.#keep(envelope, content)
    this.#taking.set(id, taking)
    await taking.finally(() => this.#taking.delete(id))
  }

  async #keep(envelope: Envelope, content: MessageContent): Promise<void> {
    await this.#content.write(envelope, content)
    const head = Buffer.isBuffer(content) ? content : await firstOf(content)
    const mail = captured(envelope, head.subarray(0, HEAD_BYTES), this.#readHeaders)
    this.#add(mail)
    for (const listener of [...this.#listeners]) listener(mail)
  }

  #add(mail: Captured): void {
    this.#mails.set(mail.id, mail)
    this.#bytes += mail.sizeBytes
    this.#bound()
  }

  #bound(): void {
    const { messages, bytes, ageMs } = this.#ports.bounds
    const oldest = this.#ports.clock.now() - ageMs
    for (const mail of this.#mails.values()) {
      if (this.#mails.size <= messages && this.#bytes <= bytes && mail.at >= oldest) return
      // Never rejects: it is logged.
      void this.#forget(mail)
    }
  }

  #forget({ id, sizeBytes }: Captured): Promise<void> {
    this.#mails.delete(id)
    this.#bytes -= sizeBytes
    return this.#content.remove(id).catch((error: unknown) => {
      this.#ports.logger.warn({ event: 'inbox-not-removed', id, problem: String(error) }, 'captured mail stays')
    })
  }

  #lookAgain(): void {
    this.#bound()
    this.#stopLooking = this.#ports.clock.after(LOOK_EVERY_MS, () => this.#lookAgain(), { idle: true })
  }

  /** Newest first. */
  *find(filter: InboxFilter = {}): Generator<Captured> {
    const one = filter.id === undefined ? undefined : this.#mails.get(filter.id)
    const among = filter.id === undefined ? [...this.#mails.values()].reverse() : one === undefined ? [] : [one]
    for (const mail of among) if (matches(mail, filter)) yield mail
  }

  get(id: string): Captured | undefined {
    return this.#mails.get(id)
  }

  content(id: string): Promise<Buffer | undefined> {
    return this.#content.read(id)
  }

  stream(id: string): Promise<ReadableStream<Uint8Array> | undefined> {
    return this.#content.stream(id)
  }

  async remove(filter: InboxFilter): Promise<number> {
    const found = [...this.find(filter)]
    await Promise.all(found.map(mail => this.#forget(mail)))
    return found.length
  }

  /** Called with each message that comes; undefined: too many listen. */
  listen(listener: Listener): (() => void) | undefined {
    if (this.#listeners.size >= MOST_LISTENERS) return undefined
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#stopLooking()
    this.#listeners.clear()
  }
}

async function firstOf(content: Exclude<MessageContent, Buffer>): Promise<Buffer> {
  for await (const block of content.read()) return block
  return Buffer.alloc(0)
}
