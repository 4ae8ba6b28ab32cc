/**
 * FindAliases: the aliases of this configuration, and what a mail host must take and nobody takes here: for programs that look after it
 * from outside.
 *
 * Not here: reading them (config/alias-file.ts), what becomes of their mail (listener/aliases.ts). RFC 5321 §4.5.1, RFC 2142 §2.
 */
import type { Address, Domain } from '@postrider/core'
import { type Alias, readAliases } from '../config/alias-file.ts'
import { aliasDomainsOf, postmasterOf, type RelayConfig } from '../config/options.ts'
import { findAlias, indexAliases } from '../listener/index.ts'

/** What was found. */
export interface FoundAliases {
  /** Those that are in force, with where their mail goes. */
  readonly aliases: readonly Alias[]
  /** Such as postmaster@bounces.example.com. */
  readonly missing: readonly string[]
}

const MUST_HAVE = ['postmaster', 'abuse'] as const

/** The aliases of the configuration and of its file. @throws MailerError `invalid-config` for what is wrong with the file */
export async function findAliases(config: RelayConfig): Promise<FoundAliases> {
  const aliases = await readAliases(config)
  const settings = { aliases: indexAliases(aliases), domains: aliasDomainsOf(config), operator: postmasterOf(config) }
  // Mail of other domains of ours may well go elsewhere; that of this one comes here.
  const domain = (config.options.returnPath.domain ?? config.options.hostname) as Domain
  const wanted = MUST_HAVE.map((local): Address => ({ local, domain }))
  const missing = wanted.filter(address => findAlias(address, settings) === undefined)
  return { aliases, missing: missing.map(({ local }) => `${local}@${domain}`) }
}
