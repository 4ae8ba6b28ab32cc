/**
 * Errors: what SQLite or the file system said, as the store tells it.
 *
 * Policy. No room is `queue-full`, whatever ran out; everything else that a file can do to us is `queue-unavailable`.
 */
import { MailerError } from '../../../model/error.ts'
import type { StoreError } from './protocol.ts'

const SQLITE_BUSY = 5
const SQLITE_LOCKED = 6
const SQLITE_READONLY = 8
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14
const SQLITE_NOTADB = 26

const FIXES: Readonly<Record<number, string>> = {
  [SQLITE_BUSY]: 'find the process that keeps the file locked',
  [SQLITE_LOCKED]: 'find the process that keeps the file locked',
  [SQLITE_READONLY]: 'make the file and its directory writable for this user',
  [SQLITE_CORRUPT]: 'stop all processes, keep a copy, and restore the file from a backup',
  [SQLITE_CANTOPEN]: 'make sure that the directory exists and is writable for this user',
  [SQLITE_NOTADB]: 'give a queue.path that is a queue file, or where none is yet',
}

/** Someone else keeps the file locked, and we waited long enough. */
export function isBusy(error: unknown): boolean {
  return ((error as { errcode?: number } | null)?.errcode ?? 0) % 256 === SQLITE_BUSY
}

export function troubleOf(error: unknown, path: string): StoreError {
  if (MailerError.is(error)) {
    const code = error.code === 'queue-newer' || error.code === 'queue-full' ? error.code : 'queue-unavailable'
    return { code, message: error.message, fix: error.fix ?? '' }
  }
  const { errcode, code, message } = error as { errcode?: number; code?: string; message?: string }
  const primary = (errcode ?? 0) % 256
  if (primary === SQLITE_FULL || code === 'ENOSPC' || code === 'EDQUOT') {
    return {
      code: 'queue-full',
      message: `The queue ${path} is full: ${message}`,
      fix: 'make room on its disk',
    }
  }
  const fix = FIXES[primary] ?? (code === 'ENOENT' || code === 'EACCES' ? FIXES[SQLITE_CANTOPEN] : undefined)
  return {
    code: 'queue-unavailable',
    message: `The queue ${path} cannot be used: ${message ?? String(error)}`,
    fix: fix ?? 'look at the disk and the file system of the queue',
  }
}
