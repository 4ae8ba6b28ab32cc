/**
 * Restore: a backup takes the place of what is lost, with everything that waits in it held.
 *
 * Policy. Nothing that is there is written over. All is made ready beside its place; then a list of what has to be renamed is put beside
 * the queue, and from then on nobody opens the queue before every file has its name: whoever is killed in between leaves nothing, or what
 * the next call finishes. What waited at the backup may have been sent since, and nobody can know: it goes when a person releases it.
 *
 * Not here: what a backup has (backup-files.ts), a queue in PostgreSQL, which pg_restore brings back before this holds it (restored-mail.ts).
 */
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MailerError, queueCopies } from '@postrider/core'
import { folderOf, type RelayConfig } from '../config/options.ts'
import { asError, type BackupSeams, freeBytesIn, requireRoom } from './backup.ts'
import { type BackupList, describeFile, placeOf, QUEUE, readList, STORE, syncToDisk } from './backup-files.ts'
import { endSessionsIn, type RestoredAccess } from './restored-access.ts'
import { reasonOf } from './restored-mail.ts'

export interface Restored {
  /** When the backup was made: what waited then may have been sent since, and what came later is not in it. */
  readonly madeAt: number
  /** Messages that wait and are held. Undefined: the queue is in a database. */
  readonly held?: number
  /** The files that were written, as paths. */
  readonly files: readonly string[]
  /** API keys and users as they were then: whatever was removed since is here again. Sessions and links are not. */
  readonly access?: RestoredAccess
  /** A restore that was broken off is finished by this. */
  readonly finished: boolean
}

interface Renaming {
  readonly madeAt: number
  readonly held?: number
  readonly access?: RestoredAccess
  readonly renames: readonly (readonly [from: string, to: string])[]
}

const READY = '.restoring'
/** What SQLite keeps beside a file. */
const BESIDE = ['-wal', '-shm', '-journal'] as const

/**
 * @throws {MailerError} `invalid-option` for no whole backup, `not-possible` where something is already, `queue-full`,
 * `queue-unavailable`, `queue-newer`
 */
export async function restore(config: RelayConfig, folder: string, seams: BackupSeams = {}): Promise<Restored> {
  const journal = journalOf(config)
  if (existsSync(journal)) return finish(journal, true)
  const list = await readList(folder)
  const pairs = await missing(list, folder, config)
  const bytes = list.files.reduce((sum, file) => sum + file.bytes, 0)
  await mkdir(dirname(journal), { recursive: true, mode: 0o750 })
  await requireRoom(dirname(journal), bytes, seams.freeBytes ?? freeBytesIn)
  try {
    let held: number | undefined
    let access: RestoredAccess | undefined
    for (const [name, to] of pairs) {
      await makeReady(join(folder, name), `${to}${READY}`)
      if (name === STORE) access = await endSessionsIn(`${to}${READY}`)
      if (name === QUEUE) held = await (await queueCopies()).holdCopy(`${to}${READY}`, reasonOf(list.madeAt))
    }
    const renames = pairs.map(([, to]) => [`${to}${READY}`, to] as const)
    await writeJournal(journal, {
      madeAt: list.madeAt,
      ...(held !== undefined && { held }),
      ...(access !== undefined && { access }),
      renames,
    })
  } catch (error) {
    for (const [, to] of pairs) await rm(`${to}${READY}`, { force: true })
    throw asError(error, dirname(journal))
  }
  return finish(journal, false)
}

/** Beside the queue, where whoever opens it looks. */
function journalOf(config: RelayConfig): string {
  const { path, url } = config.options.queue
  return url === undefined ? `${path}.restore` : join(folderOf(config), 'database.restore')
}

/** What has to be put in its place. @throws {MailerError} where something else is there */
async function missing(
  { files, queue }: BackupList,
  folder: string,
  config: RelayConfig,
): Promise<readonly (readonly [name: string, to: string])[]> {
  if ((queue === 'database') !== (config.options.queue.url !== undefined)) throw otherKind(folder, queue)
  const pairs: [string, string][] = []
  for (const { name, sha256 } of files) {
    const to = placeOf(name, config)
    if (to === undefined || to === ':memory:') throw nowhere(folder, name)
    requireNothingLeft(to)
    if (!existsSync(to)) pairs.push([name, to])
    else if ((await describeFile(dirname(to), to.slice(dirname(to).length + 1))).sha256 !== sha256) throw isThere(to)
  }
  return pairs
}

/** SQLite would play what is left of another file into this one. @throws {MailerError} where the file alone was moved away */
function requireNothingLeft(path: string): void {
  if (existsSync(path)) return
  const left = BESIDE.map(ending => `${path}${ending}`).find(each => existsSync(each))
  if (left !== undefined) throw isLeft(left, path)
}

async function makeReady(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o750 })
  // Of one that was broken off.
  for (const ending of ['', ...BESIDE]) await rm(`${to}${ending}`, { force: true })
  await writeFile(to, '', { mode: 0o600, flag: 'wx' })
  await copyFile(from, to)
  await syncToDisk(to)
}

async function writeJournal(journal: string, renaming: Renaming): Promise<void> {
  await writeFile(`${journal}${READY}`, JSON.stringify(renaming), { mode: 0o600 })
  await syncToDisk(`${journal}${READY}`)
  await rename(`${journal}${READY}`, journal)
  await syncToDisk(dirname(journal))
}

async function finish(journal: string, finished: boolean): Promise<Restored> {
  const { renames, ...told } = JSON.parse(await readFile(journal, 'utf8')) as Renaming
  for (const [from, to] of renames) {
    if (!existsSync(from)) continue
    requireNothingLeft(to)
    await rename(from, to)
  }
  for (const folder of new Set(renames.map(([, to]) => dirname(to)))) await syncToDisk(folder)
  await rm(journal)
  await syncToDisk(dirname(journal))
  return { ...told, files: renames.map(([, to]) => to), finished }
}

function otherKind(folder: string, queue: BackupList['queue']): MailerError {
  return new MailerError('not-possible', `${folder} is a backup of a relay that keeps its queue elsewhere.`, {
    where: folder,
    found: queue === 'file' ? 'a queue in a file' : 'a queue in a database',
    wanted: 'the kind of queue that is configured here',
    fix:
      queue === 'file' ? 'leave queue.url out, or take another backup' : 'configure queue.url, or take another backup',
  })
}

function nowhere(folder: string, name: string): MailerError {
  return new MailerError('invalid-option', `${folder} has a file that belongs nowhere here.`, {
    where: folder,
    found: name,
    wanted: 'the files that `postrider backup` makes',
    fix: 'take another backup, or a queue.path that is a file',
  })
}

function isLeft(left: string, path: string): MailerError {
  return new MailerError('not-possible', `${left} is there without its ${path}.`, {
    where: left,
    found: 'a part of another file',
    wanted: 'a place where none is yet',
    fix: 'move it to where the file that it belongs to is: the newest of its mail may stand in it',
  })
}

function isThere(path: string): MailerError {
  return new MailerError('not-possible', `${path} is there already, and is another.`, {
    where: path,
    found: 'a file',
    wanted: 'a place where none is yet',
    fix: 'stop the relay and move it away, with its -wal and -shm',
  })
}
