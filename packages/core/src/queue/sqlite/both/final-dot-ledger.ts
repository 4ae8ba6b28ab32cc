/**
 * FinalDotLedger: the ledger of jobs whose final dot is about to be sent, a small file beside the queue.
 *
 * Policy. A mark is one write of 16 octets (job, lease token) into a slot of its own, without fsync: it is there when the
 * process is killed, and need not be when the machine is. No mark is ever written once the ledger was closed, for its
 * descriptor may be another file's by then. A mark stands until the outcome is on disk, because a process
 * that dies between reply and commit cannot know the reply either. It is never wiped: committing ends the lease whose
 * token it carries, and what it says counts only under that lease.
 *
 * Not here: what a takeover makes of the marks (leadership.ts).
 */
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'

const SLOT = 16
/** Written ahead, so that a full disk cannot refuse a mark. */
const FIRST_SLOTS = 4096

export interface Mark {
  readonly job: number
  readonly token: number
}

const ledgerOf = (queuePath: string): string => `${queuePath}-dots`

/** The marks of whoever held delivery last. */
export function readMarks(queuePath: string): readonly Mark[] {
  if (queuePath === ':memory:') return []
  let bytes: Buffer
  try {
    bytes = readFileSync(ledgerOf(queuePath))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  const marks: Mark[] = []
  const unused = Buffer.alloc(bytes.length)
  for (let at = 0; at + SLOT <= bytes.length; at += SLOT) {
    const token = bytes.readDoubleLE(at + 8)
    if (token !== 0) marks.push({ job: bytes.readDoubleLE(at), token })
    // Few of the slots were ever used; the rest is compared at once, not read one by one.
    else if (bytes.subarray(at).equals(unused.subarray(at))) break
  }
  return marks
}

export class FinalDots {
  /** Of a queue in memory there is none. */
  #file: number | undefined
  #closed = false
  readonly #slots = new Map<number, number>()
  readonly #free: number[] = []
  readonly #mark = Buffer.alloc(SLOT)
  #next = 0

  /**
   * Begins a new ledger in place of the one before: a frozen holder that wakes writes into a file that nobody reads.
   * @throws what the file system said; the one before is then still in its place.
   */
  constructor(queuePath: string) {
    if (queuePath === ':memory:') return
    const fresh = `${ledgerOf(queuePath)}-new`
    this.#file = openSync(fresh, 'w', 0o600)
    try {
      writeAll(this.#file, Buffer.alloc(SLOT * FIRST_SLOTS), 0)
      renameSync(fresh, ledgerOf(queuePath))
    } catch (error) {
      this.close()
      // A full disk needs its room.
      rmSync(fresh, { force: true })
      throw error
    }
  }

  /** @throws what the file system said, or that the ledger was closed: then there is no mark. */
  enter(job: number, token: number): void {
    if (this.#closed) throw new Error('the ledger of final dots is closed')
    if (this.#file === undefined) return
    let slot = this.#slots.get(job)
    if (slot === undefined) {
      slot = this.#free.pop() ?? this.#next++
      this.#slots.set(job, slot)
    }
    this.#mark.writeDoubleLE(job, 0)
    this.#mark.writeDoubleLE(token, 8)
    writeAll(this.#file, this.#mark, slot * SLOT)
  }

  /** The lease of the job has ended: its slot may be used again. */
  leave(job: number): void {
    const slot = this.#slots.get(job)
    if (slot === undefined) return
    this.#slots.delete(job)
    this.#free.push(slot)
  }

  close(): void {
    const file = this.#file
    this.#closed = true
    this.#file = undefined
    if (file !== undefined) closeSync(file)
  }
}

/** A full disk may take a part. */
function writeAll(file: number, bytes: Buffer, position: number): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, position + at)
}
