/**
 * Body: the content of one message while it comes in: in memory while it is small, in a file from `memoryBytes` on, nowhere
 * once it is over the limit.
 *
 * Policy. All bodies together keep at most `budget` octets in memory; a body that finds no room goes to its file at once.
 * The file is unlinked as soon as it is open, so nothing is orphaned whatever happens to the process. A body over the limit
 * is read to its end and refused then (552), because a client listens only after its last line; so is one that finds the disk
 * full (452).
 *
 * Not here: where the message ends (data-reader.ts), the queue's copy (the mailer).
 */
import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { allocateMessage } from '@postrider/core'

export interface BodyOptions {
  /** @default 51200000 */
  readonly limitBytes: number
  /** @default 1048576 */
  readonly memoryBytes: number
  readonly folder: string
  readonly budget: MemoryBudget
  /** The disk that this and the queue's copy will be on. @default one without end */
  readonly disk?: DiskRoom
  /** What was taken of it already, because the client said how much will come. @default 0 */
  readonly announcedBytes?: number
}

/** Octets that are yet to be on the disk, of all bodies. */
export interface DiskRoom {
  /** `false`: there is no room, and nothing was taken. */
  take(bytes: number): boolean
  /** @param came what of it stays on the disk @default all */
  give(taken: number, came?: number): void
}

/** Octets that all bodies share. */
export class MemoryBudget {
  readonly limitBytes: number
  #used = 0

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes
  }

  get usedBytes(): number {
    return this.#used
  }

  /** `false`: there is no room, and nothing was taken. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.limitBytes) return false
    this.#used += bytes
    return true
  }

  give(bytes: number): void {
    this.#used -= bytes
  }
}

export type BodyRefusal = 'too-large' | 'disk-full' | 'no-memory'

/** Octets on their way to the file beyond which the client has to wait. */
const MOST_UNWRITTEN_BYTES = 64 * 1024

export class Body {
  readonly #options: BodyOptions
  #pieces: Buffer[] = []
  #inMemory = 0
  #size = 0
  #file: Promise<FileHandle> | undefined
  #written: Promise<void> = Promise.resolve()
  #unwritten = 0
  #trouble: BodyRefusal | undefined
  #gone = false
  /** Its end has come. */
  #isWhole = false
  /** Of the disk. */
  #taken: number

  constructor(options: BodyOptions) {
    this.#options = options
    this.#taken = options.announcedBytes ?? 0
  }

  get limitBytes(): number {
    return this.#options.limitBytes
  }

  /** Octets so far, those that were not kept included. */
  get size(): number {
    return this.#size
  }

  get trouble(): BodyRefusal | undefined {
    return this.#trouble
  }

  write(piece: Buffer): void {
    this.#size += piece.length
    if (this.#trouble || this.#gone) return
    if (this.#size > this.#options.limitBytes) this.#fail('too-large')
    else if (!this.#fitsOnDisk()) this.#fail('disk-full')
    else if (this.#file) this.#append(piece)
    else if (this.#size <= this.#options.memoryBytes && this.#options.budget.take(piece.length)) {
      this.#pieces.push(piece)
      this.#inMemory += piece.length
    } else {
      this.#spill()
      this.#append(piece)
    }
  }

  /** Resolves when enough is on disk to read on; undefined when there is nothing to wait for. */
  backlog(): Promise<void> | undefined {
    return this.#unwritten > MOST_UNWRITTEN_BYTES ? this.#written : undefined
  }

  /** The whole content, or what went wrong. The memory it takes is the caller's to give back: `discard()`. */
  async content(): Promise<Buffer | BodyRefusal> {
    this.#isWhole = true
    await this.#written
    if (this.#trouble) return this.#trouble
    // Its client left meanwhile: what was taken now would be nobody's to give back.
    if (this.#gone) return 'no-memory'
    if (!this.#file) return this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces)
    if (!this.#options.budget.take(this.#size)) return 'no-memory'
    this.#inMemory += this.#size
    try {
      return await readWhole(await this.#file, this.#size)
    } catch {
      return 'disk-full'
    }
  }

  /** Lets go of memory and file. May be called twice. */
  discard(): void {
    if (this.#gone) return
    this.#gone = true
    this.#forget()
    this.#options.disk?.give(this.#taken, this.#isWhole && !this.#trouble ? this.#taken : 0)
    this.#written = this.#written.then(() => this.#file?.then(closed, () => undefined))
  }

  /** Resolves when the file is closed, for tests and for stopping. */
  async gone(): Promise<void> {
    await this.#written
  }

  #fitsOnDisk(): boolean {
    const more = this.#size - this.#taken
    const { disk } = this.#options
    if (more <= 0 || disk === undefined) return true
    if (!disk.take(more)) return false
    this.#taken += more
    return true
  }

  #spill(): void {
    this.#file = openUnlinked(this.#options.folder)
    const pieces = this.#pieces
    this.#options.budget.give(this.#inMemory)
    this.#pieces = []
    this.#inMemory = 0
    for (const piece of pieces) this.#append(piece)
  }

  #append(piece: Buffer): void {
    this.#unwritten += piece.length
    this.#written = this.#written.then(async () => {
      try {
        if (!this.#gone && !this.#trouble) await (await this.#file!).writev([piece])
      } catch {
        // ENOSPC, EDQUOT, a folder that is gone: nothing of it is the client's fault.
        this.#fail('disk-full')
      } finally {
        this.#unwritten -= piece.length
      }
    })
  }

  #fail(trouble: BodyRefusal): void {
    this.#trouble = trouble
    this.#forget()
  }

  #forget(): void {
    this.#options.budget.give(this.#inMemory)
    this.#inMemory = 0
    this.#pieces = []
  }
}

async function openUnlinked(folder: string): Promise<FileHandle> {
  const path = join(folder, `incoming-${randomBytes(8).toString('hex')}`)
  const file = await open(path, 'wx+', 0o600)
  await unlink(path)
  return file
}

async function readWhole(file: FileHandle, size: number): Promise<Buffer> {
  const content = allocateMessage(size)
  for (let at = 0; at < size; ) {
    const { bytesRead } = await file.read(content, at, size - at, at)
    if (bytesRead === 0) throw new Error(`the body file has ${at} octets instead of ${size}`)
    at += bytesRead
  }
  return content
}

async function closed(file: FileHandle): Promise<void> {
  await file.close().catch(() => undefined)
}
