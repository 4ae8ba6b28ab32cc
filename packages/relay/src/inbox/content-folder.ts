/**
 * ContentFolder: the octets of captured mail, one file each: a line of JSON that says whose it is, and the message as it would have left.
 *
 * Policy. A file has its name when it is whole: what a killed process began is removed at the next start. Nothing is synced to the disk,
 * for the queue tries again what it does not know to be taken.
 *
 * Not here: how many are kept (inbox.ts).
 */
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MessageContent } from '@postrider/core'
import type { Envelope } from './captured.ts'

const SUFFIX = '.mail'
const UNFINISHED = '.part'
/** What a list shows of a message stands in its first octets. */
const HEAD_BYTES = 64 * 1024
const LINE_END = 0x0a
/** At a start: so many files are looked at together. */
const AT_ONCE = 16

export interface Kept {
  readonly envelope: Envelope
  readonly head: Buffer
}

export class ContentFolder {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** What was kept before, oldest first. */
  async open(): Promise<readonly Kept[]> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const names = (await readdir(this.#folder)).sort()
    await Promise.all(names.filter(name => name.endsWith(UNFINISHED)).map(name => this.#remove(name)))
    const kept: Kept[] = []
    const ids = names.filter(name => name.endsWith(SUFFIX)).map(name => name.slice(0, -SUFFIX.length))
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const some = await Promise.all(ids.slice(at, at + AT_ONCE).map(id => this.#head(id)))
      kept.push(...some.filter(each => each !== undefined))
    }
    return kept
  }

  async write(envelope: Envelope, content: MessageContent): Promise<void> {
    const line = Buffer.from(`${JSON.stringify(envelope)}\n`)
    const unfinished = join(this.#folder, `${envelope.id}${UNFINISHED}`)
    const pieces = Buffer.isBuffer(content) ? Buffer.concat([line, content]) : blocks(line, content)
    await writeFile(unfinished, pieces, { mode: 0o600 })
    await rename(unfinished, this.#path(envelope.id))
  }

  /** Undefined: it is not kept any more. */
  async read(id: string): Promise<Buffer | undefined> {
    try {
      const whole = await readFile(this.#path(id))
      return whole.subarray(whole.indexOf(LINE_END) + 1)
    } catch (error) {
      return absent(error)
    }
  }

  /** The same, bit by bit. */
  async stream(id: string): Promise<ReadableStream<Uint8Array> | undefined> {
    const head = await this.#read(id, HEAD_BYTES)
    if (head === undefined) return undefined
    const stream = createReadStream(this.#path(id), { start: head.indexOf(LINE_END) + 1, highWaterMark: HEAD_BYTES })
    return ReadableStream.from(stream) as ReadableStream<Uint8Array>
  }

  async remove(id: string): Promise<void> {
    await this.#remove(`${id}${SUFFIX}`)
  }

  async #head(id: string): Promise<Kept | undefined> {
    const head = await this.#read(id, HEAD_BYTES)
    const end = head?.indexOf(LINE_END) ?? -1
    if (head === undefined || end < 0) return undefined
    try {
      const envelope = JSON.parse(head.toString('utf8', 0, end)) as Envelope
      return envelope.id === id ? { envelope, head: head.subarray(end + 1) } : undefined
    } catch {
      // Not ours, though it has such a name.
      return undefined
    }
  }

  async #read(id: string, most: number): Promise<Buffer | undefined> {
    try {
      await using file = await open(this.#path(id))
      const { size } = await stat(this.#path(id))
      const buffer = Buffer.alloc(Math.min(size, most))
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
      return buffer.subarray(0, bytesRead)
    } catch (error) {
      return absent(error)
    }
  }

  #remove(name: string): Promise<void> {
    return rm(join(this.#folder, name), { force: true })
  }

  #path(id: string): string {
    return join(this.#folder, `${id}${SUFFIX}`)
  }
}

async function* blocks(line: Buffer, content: Exclude<MessageContent, Buffer>): AsyncGenerator<Buffer> {
  yield line
  yield* content.read()
}

function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
  throw error
}
