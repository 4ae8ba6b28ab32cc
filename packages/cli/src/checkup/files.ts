/**
 * Files: room on the disk that mail comes in on, and who may read private keys and a configuration with secrets.
 *
 * Policy. A private key is for its owner alone. A configuration may be for its group as well: it often belongs to root, and the
 * service reads it as one of the group.
 */

import { stat, statfs } from 'node:fs/promises'
import { say } from '../language/checkup.ts'
import { type Finding, finding } from './finding.ts'

const MIB = 1024 * 1024
/** Below it the relay accepts nothing (relay.limits.freeDiskBytes). */
const LEAST_BYTES = 128 * MIB
const LITTLE_BYTES = 1024 * MIB

/** @param folder of the queue file, or where messages come in; undefined when nothing is written */
export async function checkDisk(folder: string | undefined): Promise<Finding> {
  const wanted = say('disk.wanted')
  if (folder === undefined) return finding('disk.space', { level: 'ok', found: say('disk.found.none'), wanted })
  try {
    const { bavail, bsize } = await statfs(folder)
    const free = bavail * bsize
    return finding('disk.space', {
      level: free < LEAST_BYTES ? 'fail' : free < LITTLE_BYTES ? 'warn' : 'ok',
      found: say('disk.found.free', {
        folder,
        free: free < LITTLE_BYTES ? `${Math.round(free / MIB)} MiB` : say('disk.found'),
      }),
      wanted,
      fix: say('disk.fix'),
    })
  } catch (error) {
    return finding('disk.space', { level: 'unknown', found: `${folder}: ${(error as Error).message}`, wanted })
  }
}

/** A file of its own, such as a password on its first line. */
export async function checkSecretFiles(files: readonly string[]): Promise<readonly Finding[]> {
  return Promise.all([...new Set(files)].map(file => checkAccess(file, say('config-file.secret'))))
}

export interface ConfigFile {
  /** Undefined when there is none, and all comes from the environment. */
  readonly file?: string | undefined
  /** Which of its keys hold a secret. */
  readonly secretKeys?: readonly string[] | undefined
}

export async function checkConfigFile({ file, secretKeys = [] }: ConfigFile): Promise<Finding> {
  const said = (found: string): Finding =>
    finding('config.permissions', { level: 'ok', found, wanted: say('config-file.wanted') })
  if (file === undefined) return said(say('config-file.found.none'))
  if (secretKeys.length === 0) return said(say('config-file.found.no-secret', { file }))
  return checkAccess(file, secretKeys.join(', '))
}

async function checkAccess(file: string, holds: string): Promise<Finding> {
  const wanted = say('config-file.wanted')
  try {
    const mode = (await stat(file)).mode & 0o777
    const open = (mode & 0o007) !== 0
    const who = open ? say('config-file.found.everyone', { secrets: holds }) : ''
    return finding('config.permissions', {
      level: open ? 'warn' : 'ok',
      found: `${file}: mode ${mode.toString(8).padStart(3, '0')}${who}`,
      wanted,
      fix: say('config-file.fix', { file }),
    })
  } catch (error) {
    return finding('config.permissions', { level: 'unknown', found: `${file}: ${(error as Error).message}`, wanted })
  }
}

export async function checkKeyFiles(files: readonly string[]): Promise<readonly Finding[]> {
  const wanted = 'mode 600'
  if (files.length === 0)
    return [finding('keys.permissions', { level: 'ok', found: say('key-files.found.none'), wanted })]
  return Promise.all(
    [...new Set(files)].map(async file => {
      try {
        const mode = (await stat(file)).mode & 0o777
        const others = mode & 0o007 ? say('key-files.everyone') : say('key-files.group')
        const open = (mode & 0o077) !== 0
        return finding('keys.permissions', {
          level: open ? 'warn' : 'ok',
          found: `${file}: mode ${mode.toString(8).padStart(3, '0')}${open ? say('key-files.found.readable', { who: others }) : ''}`,
          wanted,
          fix: `chmod 600 ${file}`,
        })
      } catch (error) {
        return finding('keys.permissions', { level: 'unknown', found: `${file}: ${(error as Error).message}`, wanted })
      }
    }),
  )
}
