/**
 * Content: the bytes of a message in rows. Runs inside the writer's transaction.
 *
 * Policy. SQLite copies a value several times on its way in and out: what is large stands in blocks, the first of them where
 * small messages have all of their bytes. A large message of an older queue stands in one row, and is read as one block.
 */
import type { WriterTransaction } from './transaction.ts'

const BLOCK_OCTETS = 256 * 1024
/** Blocks after the first have ids `n * BLOCKS_PER_MESSAGE + place`, places from 1 on. */
const BLOCKS_PER_MESSAGE = 16_384

type Bytes = Uint8Array<ArrayBuffer>

export function addContent({ sql }: WriterTransaction, n: number, bytes: Bytes): void {
  // What is a little larger than a block is not worth a second row.
  if (bytes.length <= 16 * BLOCK_OCTETS) {
    sql.addContent.run({ n, bytes })
    return
  }
  sql.addContent.run({ n, bytes: bytes.subarray(0, BLOCK_OCTETS) })
  for (let place = 1; place * BLOCK_OCTETS < bytes.length; place++) {
    const at = place * BLOCK_OCTETS
    sql.addBlock.run({ id: n * BLOCKS_PER_MESSAGE + place, bytes: bytes.subarray(at, at + BLOCK_OCTETS) })
  }
}

export function wholeContent(transaction: WriterTransaction, n: number): Bytes | null {
  const first = transaction.sql.content.get(n)?.bytes
  return first === undefined ? null : joined(transaction, n, first)
}

/** The first block with those that follow. */
export function joined(transaction: WriterTransaction, n: number, first: Bytes): Bytes {
  const size = first.length === BLOCK_OCTETS ? blocksSize(transaction, n) : 0
  if (size === 0) return first
  const whole = new Uint8Array(first.length + size)
  whole.set(first)
  for (let at = first.length, place = 1; at < whole.length; place++) {
    const { bytes } = transaction.sql.block.one(n * BLOCKS_PER_MESSAGE + place)
    whole.set(bytes, at)
    at += bytes.length
  }
  return whole
}

/** Octets after the first block. */
export function blocksSize({ sql }: WriterTransaction, n: number): number {
  return sql.blocksSize.one(n * BLOCKS_PER_MESSAGE, (n + 1) * BLOCKS_PER_MESSAGE).size
}

/** The octets from `at` on to the end of their block. */
export function contentFrom({ sql }: WriterTransaction, n: number, at: number): Bytes | null {
  const size = sql.contentSize.get(n)?.size
  if (size === undefined) return null
  const isFirst = at < size
  const within = isFirst ? at : (at - size) % BLOCK_OCTETS
  const row = isFirst
    ? sql.content.get(n)
    : sql.block.get(n * BLOCKS_PER_MESSAGE + 1 + Math.floor((at - size) / BLOCK_OCTETS))
  if (row === undefined || row.bytes.length <= within) return null
  return within === 0 ? row.bytes : row.bytes.slice(within)
}

export function dropContent(transaction: WriterTransaction, n: number): true {
  transaction.sql.dropContent.run(n)
  dropBlocks(transaction, n)
  return true
}

export function dropBlocks({ sql }: WriterTransaction, n: number): void {
  sql.dropBlocks.run(n * BLOCKS_PER_MESSAGE, (n + 1) * BLOCKS_PER_MESSAGE)
}
