/**
 * Backup: a copy of all that a relay keeps, while it runs, in a folder that only its owner may read.
 *
 * Policy. The relay's store is copied before the queue: its cursors never point behind what the queue of the backup has told. A backup is
 * whole or is not there: it is made under another name and gets its own when everything is on disk. A queue in PostgreSQL is copied by
 * pg_dump, with the store in it; keys and certificates are copied here.
 *
 * Not here: what is in it (backup-files.ts), the configuration and the files that it names, which are not the program's.
 */
import { type Dirent, existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { type Clock, MailerError, queueCopies, systemClock } from '@postrider/core'
import { folderOf, type RelayConfig } from '../config/options.ts'
import {
  ACCOUNTS,
  type BackupList,
  describeFile,
  FOLDERS,
  LIST,
  MARK,
  placeOf,
  QUEUE,
  STORE,
  syncToDisk,
} from './backup-files.ts'
import { accountsFileOf, storeFileOf } from './open-accounts.ts'

export interface BackupSeams {
  /** What `madeAt` is read from. @default that of the system */
  readonly clock?: Pick<Clock, 'now'>
  /** How much room there is in a folder. */
  readonly freeBytes?: (folder: string) => Promise<number>
}

export const freeBytesIn = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** @throws {MailerError} `not-possible` where something is already, `queue-full` where there is no room, `queue-unavailable` */
export async function backUp(config: RelayConfig, folder: string, seams: BackupSeams = {}): Promise<BackupList> {
  const { clock = systemClock, freeBytes = freeBytesIn } = seams
  const to = resolve(folder)
  if (existsSync(to)) throw isThere(to)
  await mkdir(dirname(to), { recursive: true, mode: 0o750 })
  const databases = databasesOf(config)
  await requireRoom(dirname(to), await sizeOf(databases), freeBytes)
  const partial = `${to}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { mode: 0o700 })
  try {
    const { copyDatabase } = await queueCopies()
    const names: string[] = []
    let madeAt = clock.now()
    for (const [name, path] of databases) {
      if (name === QUEUE) {
        madeAt = clock.now()
        names.push(...(await copyMark(placeOf(MARK, config), partial)))
      }
      await copyDatabase(path, join(partial, name))
      names.push(name)
    }
    for (const each of FOLDERS) names.push(...(await copyFolder(folderOf(config), each, partial)))
    const list = await writeList(partial, names, { madeAt, config })
    await rename(partial, to)
    await syncToDisk(dirname(to))
    return list
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw asError(error, to)
  }
}

/** In the order in which they are copied. */
function databasesOf(config: RelayConfig): readonly (readonly [name: string, path: string])[] {
  const { path, url } = config.options.queue
  const [store, accounts] = [storeFileOf(config), accountsFileOf(config)]
  const all: [string, string | undefined][] = [
    [ACCOUNTS, accounts === store ? undefined : accounts],
    [STORE, store],
    [QUEUE, url === undefined ? path : undefined],
  ]
  return all.flatMap(([name, file]) => (file !== undefined && existsSync(file) ? [[name, file] as const] : []))
}

async function sizeOf(databases: readonly (readonly [string, string])[]): Promise<number> {
  let bytes = 0
  for (const [, path] of databases)
    for (const each of [path, `${path}-wal`])
      bytes += await stat(each).then(
        ({ size }) => size,
        () => 0,
      )
  return bytes
}

/** @throws {MailerError} `queue-full` */
export async function requireRoom(
  folder: string,
  bytes: number,
  freeBytes: (folder: string) => Promise<number>,
): Promise<void> {
  const free = await freeBytes(folder)
  if (free >= bytes) return
  throw new MailerError('queue-full', `The disk of ${folder} has no room for it.`, {
    where: folder,
    found: `${megabytes(free)} MB free`,
    wanted: `${megabytes(bytes)} MB`,
    fix: 'make room, or name a folder on another disk',
  })
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6)

/** It stands before its queue, here and where it comes back. */
async function copyMark(mark: string | undefined, to: string): Promise<readonly string[]> {
  if (mark === undefined || !existsSync(mark)) return []
  await copyFile(mark, join(to, MARK))
  await syncToDisk(join(to, MARK))
  return [MARK]
}

/** Files below a folder of the relay, if it has it. */
async function copyFolder(from: string, name: string, to: string): Promise<readonly string[]> {
  const entries: readonly Dirent[] = await readdir(join(from, name), { recursive: true, withFileTypes: true }).catch(
    () => [],
  )
  const names: string[] = []
  for (const entry of entries.filter(each => each.isFile())) {
    const file = relative(from, join(entry.parentPath, entry.name))
    const target = join(to, file)
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await copyFile(join(from, file), target)
    await syncToDisk(target)
    names.push(file)
  }
  return names
}

async function writeList(
  folder: string,
  names: readonly string[],
  { madeAt, config }: { readonly madeAt: number; readonly config: RelayConfig },
): Promise<BackupList> {
  const files = []
  for (const name of names) files.push(await describeFile(folder, name))
  const queue = config.options.queue.url === undefined ? 'file' : 'database'
  const list: BackupList = { version: 1, madeAt, queue, files }
  await writeFile(join(folder, LIST), `${JSON.stringify(list, undefined, 2)}\n`, { mode: 0o600 })
  await syncToDisk(join(folder, LIST))
  return list
}

function isThere(path: string): MailerError {
  return new MailerError('not-possible', `${path} is there already.`, {
    where: path,
    found: 'a file or folder',
    wanted: 'a name that nothing has yet',
    fix: 'name another folder, or move this one away',
  })
}

/** @throws what is no trouble of the disk, as it is */
export function asError(error: unknown, where: string): unknown {
  const { code, errcode, message } = error as {
    readonly code?: string
    readonly errcode?: number
    readonly message: string
  }
  if (MailerError.is(error)) return error
  // 13: SQLITE_FULL
  if (code === 'ENOSPC' || code === 'EDQUOT' || errcode === 13)
    return new MailerError('queue-full', `The disk of ${where} is full; nothing was left there.`, {
      where,
      fix: 'make room, or name a folder on another disk',
      cause: error,
    })
  return new MailerError('queue-unavailable', `${where}: ${message}`, {
    where,
    fix: 'look at the disk and at who may read and write there',
    cause: error,
  })
}
