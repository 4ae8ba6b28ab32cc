/**
 * Places: where a relay of this configuration keeps things, and which certificates it would show: for programs that look
 * after it from outside.
 */
import { systemClock } from '@postrider/core'
import { type CertificatePair, CertificateStore } from '../certificate/index.ts'
import { certificateFolders, folderOf, type RelayConfig, spoolOf } from '../config/options.ts'
import { accountsFileOf, storeFileOf } from './open-accounts.ts'

/** Files and folders of a relay. */
export interface RelayPlaces {
  /** Keys, certificates and accounts, unless the configuration names others. */
  readonly folder: string
  /** Where messages are while they come in; its disk must have room. */
  readonly spool: string
  /** The accounts of `postrider user`; undefined when they are in the database of the queue. */
  readonly accountsFile: string | undefined
  /** What the relay keeps of its own, webhooks among it; undefined when that is in the database of the queue. */
  readonly storeFile: string | undefined
  /** Folders where certificates are looked for, in this order. */
  readonly certificateFolders: readonly string[]
}

/** Where a relay keeps what it keeps. */
export function placesOf(config: RelayConfig): RelayPlaces {
  const folder = folderOf(config)
  return {
    folder,
    spool: spoolOf(config),
    accountsFile: accountsFileOf(config),
    storeFile: storeFileOf(config),
    certificateFolders: certificateFolders(config),
  }
}

/** The certificates that are there now, the one for clients that name no host first, and what could not be read. */
export async function findCertificates(
  config: RelayConfig,
): Promise<{ readonly pairs: readonly CertificatePair[]; readonly problems: readonly string[] }> {
  const problems: string[] = []
  const certificates = new CertificateStore({
    sources: { files: config.relay.certificates, folders: certificateFolders(config) },
    clock: systemClock,
    onChange: () => {},
    onProblem: problem => problems.push(problem),
  })
  const pairs = await certificates.reload()
  certificates.close()
  return { pairs, problems }
}
