/**
 * Places: where a relay of this configuration keeps things, and which certificates it would show: for programs that look
 * after it from outside.
 */
import { join, resolve } from 'node:path'
import { systemClock } from '@postrider/core'
import { type CertificatePair, Shelf } from './certificate/index.ts'
import { certificateFolders, folderOf, type RelayConfig } from './options.ts'

export interface RelayPlaces {
  /** Keys, certificates and accounts, unless the configuration names others. */
  readonly folder: string
  /** The accounts of `postrider user`. */
  readonly accountsFile: string
  readonly certificateFolders: readonly string[]
}

export function placesOf(config: RelayConfig): RelayPlaces {
  const folder = folderOf(config)
  const { accountsFile } = config.relay
  return {
    folder,
    accountsFile: accountsFile === '' ? join(folder, 'accounts.db') : resolve(accountsFile),
    certificateFolders: certificateFolders(config),
  }
}

/** The certificates that are there now, the one for clients that name no host first, and what could not be read. */
export async function findCertificates(
  config: RelayConfig,
): Promise<{ readonly pairs: readonly CertificatePair[]; readonly problems: readonly string[] }> {
  const problems: string[] = []
  const shelf = new Shelf({
    sources: { files: config.relay.certificates, folders: certificateFolders(config) },
    clock: systemClock,
    onChange: () => {},
    onProblem: problem => problems.push(problem),
  })
  const pairs = await shelf.reload()
  shelf.close()
  return { pairs, problems }
}
