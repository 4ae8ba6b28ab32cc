/**
 * OpenAccounts: where a relay of this configuration keeps things of its own, and the accounts of `postrider user` among them.
 *
 * Policy. Relays that share a queue share these too: with `queue.url` they are in its database. Else they are in accounts.db, beside the
 * keys. `relay.accountsFile` says where accounts are, and nothing else.
 */
import { join, resolve } from 'node:path'
import { type Clock, systemClock } from '@postrider/core'
import { type EditableAccountStore, StoredAccounts } from '../account/index.ts'
import { folderOf, type RelayConfig } from '../config/options.ts'
import { StoredKeys } from '../key/index.ts'
import { openPostgresStore, openSqliteStore, type RelayStore } from '../store/index.ts'
import { LoginLinks, StoredUsers } from '../user/index.ts'
import { interfaceUrlsOf, loginUrl } from './interface-place.ts'

/** The file of the accounts; undefined when they are in the database of `queue.url`. */
export function accountsFileOf(config: RelayConfig): string | undefined {
  const { accountsFile } = config.relay
  return accountsFile === '' ? storeFileOf(config) : resolve(accountsFile)
}

/** The file of what the relay keeps of its own; undefined when that is in the database of `queue.url`. */
export function storeFileOf(config: RelayConfig): string | undefined {
  return config.options.queue.url === undefined ? join(folderOf(config), 'accounts.db') : undefined
}

/** @throws MailerError `queue-unavailable`, `queue-newer` */
export function openStore(config: RelayConfig, clock: Clock = systemClock): Promise<RelayStore> {
  return openAt(storeFileOf(config), config, clock)
}

/** Opens the accounts that are kept beside the configuration. @throws MailerError `queue-unavailable`, `queue-newer` */
export async function openAccounts(config: RelayConfig): Promise<EditableAccountStore> {
  return new StoredAccounts(await openAt(accountsFileOf(config), config, systemClock))
}

/** Those of the store when they are there. @throws MailerError `queue-unavailable`, `queue-newer` */
export async function accountsBeside(store: RelayStore, config: RelayConfig): Promise<EditableAccountStore> {
  return accountsFileOf(config) === storeFileOf(config) ? new StoredAccounts(store) : openAccounts(config)
}

/** The API keys, and what closes the store they are in. @throws MailerError `queue-unavailable`, `queue-newer` */
export async function openKeys(
  config: RelayConfig,
  clock: Clock = systemClock,
): Promise<{ readonly keys: StoredKeys; readonly close: () => Promise<void> }> {
  const store = await openStore(config, clock)
  return { keys: new StoredKeys(store, clock), close: () => store.close() }
}

/** The users of the web interface, and what closes them. */
export interface OpenedUsers {
  /** Finds, adds, changes and removes them; other processes see it at once. */
  readonly users: StoredUsers
  /** A link by which a user comes in and chooses a password, once. Undefined: no web interface is configured. */
  readonly linkFor: (name: string) => Promise<{ readonly url: string; readonly expiresAt: number } | undefined>
  /** Closes the store they are in; the relay's own copy goes on. */
  readonly close: () => Promise<void>
}

/** The users of the web interface, and what closes the store they are in. @throws MailerError `queue-unavailable`, `queue-newer` */
export async function openUsers(config: RelayConfig, clock: Clock = systemClock): Promise<OpenedUsers> {
  const store = await openStore(config, clock)
  const links = new LoginLinks(store, clock)
  const [place] = interfaceUrlsOf(config)
  return {
    users: new StoredUsers(store, clock),
    linkFor: async name => {
      if (place === undefined) return undefined
      const { token, expiresAt } = await links.make(name)
      return { url: loginUrl(place, token), expiresAt }
    },
    close: () => store.close(),
  }
}

/** Accounts in a file. @throws MailerError `queue-unavailable`, `queue-newer` */
export async function openAccountStore(path: string): Promise<EditableAccountStore> {
  return new StoredAccounts(await openSqliteStore(path))
}

function openAt(file: string | undefined, config: RelayConfig, clock: Clock): Promise<RelayStore> {
  return file === undefined ? openPostgresStore(config.options.queue.url ?? '') : openSqliteStore(file, clock)
}
