/**
 * Thread: the private key's work, away from the event loop.
 *
 * Policy. libuv's threads and the event loop share the processors, and the threads are everybody's: a burst of signatures is
 * not handed to libuv whole, ahead of all that others ask of it. With only as many as there are processors, though, a thread that
 * is done would rest until the event loop comes round to give it the next: so four times as many are given out, and the rest
 * wait in line.
 */
import type { Buffer } from 'node:buffer'
import { type KeyObject, sign } from 'node:crypto'
import { availableParallelism } from 'node:os'

const line = { free: 4 * availableParallelism(), waiting: [] as (() => void)[] }

/** @throws what OpenSSL throws */
export async function signOnThread(algorithm: 'sha256' | null, data: Buffer, key: KeyObject): Promise<Buffer> {
  if (line.free > 0) line.free--
  else await new Promise<void>(resolve => line.waiting.push(resolve))
  try {
    return await started(algorithm, data, key)
  } finally {
    const next = line.waiting.shift()
    if (next === undefined) line.free++
    else next()
  }
}

function started(algorithm: 'sha256' | null, data: Buffer, key: KeyObject): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign(algorithm, data, key, (error, signature) => (error ? reject(error) : resolve(signature)))
  })
}
