/**
 * ReadBytes: what a command is given to read: a file, or standard input as `-`; never more than anybody would send.
 */

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { say } from '../language/commands.ts'
import { type Context, UsageError } from './command.ts'

/** The largest report that is read from a pipe. */
const MAX_BYTES = 64 * 1024 * 1024

export async function readBytes(file: string, { stdin, cwd }: Context): Promise<Uint8Array> {
  if (file !== '-') return readFile(resolve(cwd, file))
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of stdin) {
    size += part.length
    if (size > MAX_BYTES) throw new UsageError(say('usage.long-input', { most: MAX_BYTES }))
    parts.push(part)
  }
  return Buffer.concat(parts)
}
