/**
 * BackupFiles: what a backup has in its folder, and where each of it belongs: the queue, the relay's own store, keys and certificates.
 *
 * Policy. `backup.json` lists every file with its size and digest, and is written last: a folder without it is no backup. A name leads
 * nowhere but into the places of this relay, whoever wrote it.
 *
 * Not here: writing a backup (backup.ts), taking it back (restore.ts).
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MailerError } from '@postrider/core'
import { folderOf, type RelayConfig } from '../config/options.ts'
import { accountsFileOf, storeFileOf } from './open-accounts.ts'

export const LIST = 'backup.json'
export const QUEUE = 'queue.db'
/** The mark of a queue that holds captured mail: it comes back with it, or that mail would go out. */
export const MARK = 'queue.db.captured'
export const STORE = 'accounts.db'
export const ACCOUNTS = 'logins.db'
/** Of the relay's folder. */
export const FOLDERS = ['keys', 'certificates'] as const

export interface BackedUpFile {
  /** Within the folder of the backup. */
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

export interface BackupList {
  /** Of the form of this list; another one is refused by `restore`. */
  readonly version: 1
  /** When the queue was copied, in milliseconds since 1970. */
  readonly madeAt: number
  /** `database`: the queue is in PostgreSQL, and no part of this. */
  readonly queue: 'file' | 'database'
  /** The files of the backup with their digests, beside the queue. */
  readonly files: readonly BackedUpFile[]
}

/** Where a file of a backup belongs; undefined when it belongs nowhere here. */
export function placeOf(name: string, config: RelayConfig): string | undefined {
  const { path, url } = config.options.queue
  if (name === QUEUE) return url === undefined ? path : undefined
  if (name === MARK) return url === undefined ? `${path}.captured` : undefined
  if (name === STORE) return storeFileOf(config)
  if (name === ACCOUNTS) return accountsFileOf(config)
  const [folder, ...rest] = name.split('/')
  const isPlain = rest.length > 0 && rest.every(part => /^(?!\.{1,2}$)[^\0\\]+$/.test(part))
  return isPlain && (FOLDERS as readonly string[]).includes(folder ?? '') ? join(folderOf(config), name) : undefined
}

export async function describeFile(folder: string, name: string): Promise<BackedUpFile> {
  const path = join(folder, name)
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk as Uint8Array)
  return { name, bytes: (await stat(path)).size, sha256: hash.digest('hex') }
}

/** @throws {MailerError} `invalid-option` for what is no whole backup */
export async function readList(folder: string): Promise<BackupList> {
  let list: Partial<BackupList>
  try {
    list = JSON.parse(await readFile(join(folder, LIST), 'utf8')) as Partial<BackupList>
  } catch {
    throw noBackup(folder, `no ${LIST} that can be read`)
  }
  if (list.version !== 1 || !Array.isArray(list.files) || typeof list.madeAt !== 'number')
    throw noBackup(folder, `a ${LIST} of another form`)
  for (const file of list.files) {
    const found = await describeFile(folder, String(file?.name)).catch(() => undefined)
    if (found?.sha256 !== file.sha256) throw noBackup(folder, `${file?.name}, which is not as it was written`)
  }
  return list as BackupList
}

function noBackup(folder: string, found: string): MailerError {
  return new MailerError('invalid-option', `${folder} is not a whole backup.`, {
    where: folder,
    found,
    wanted: 'a folder that `postrider backup` made, as it made it',
    fix: 'take another backup',
  })
}

/** What was written or renamed in a folder, or to a file, is on disk. */
export async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
