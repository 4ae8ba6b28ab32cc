/**
 * Keys: a DKIM key file for a domain, made where there is none.
 *
 * Policy. A key that is there is used, never overwritten: its public half may be published already.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DkimRecord } from '@postrider/core'

export interface KeyFile {
  readonly file: string
  readonly made: boolean
  readonly record: DkimRecord
}

export async function keyFileFor(
  file: string,
  { domain, selector }: { readonly domain: string; readonly selector: string },
): Promise<KeyFile> {
  const { dkimRecord, generateDkimKey, loadDkimKey } = await import('@postrider/core')
  const present = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (present !== undefined) {
    return { file, made: false, record: dkimRecord(loadDkimKey({ domain, selector, pem: present })) }
  }
  const { key, pem } = await generateDkimKey({ domain, selector })
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, pem, { mode: 0o600, flag: 'wx' })
  return { file, made: true, record: dkimRecord(key) }
}
