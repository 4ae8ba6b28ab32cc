/**
 * Accounts: the store of `postrider user` for a configuration: in the database of the queue, so that relays that share a queue
 * share their users, or in a file.
 */
import { join, resolve } from 'node:path'
import { type EditableAccountStore, openAccountStore, openPostgresAccounts } from '../account/index.ts'
import { folderOf, type RelayConfig } from '../config/options.ts'

/** The file of the accounts; undefined when they are in the database of `queue.url`. */
export function accountsFileOf(config: RelayConfig): string | undefined {
  const { accountsFile } = config.relay
  if (accountsFile !== '') return resolve(accountsFile)
  return config.options.queue.url === undefined ? join(folderOf(config), 'accounts.db') : undefined
}

/** @throws MailerError `queue-unavailable`, `queue-newer` */
export function openAccounts(config: RelayConfig): Promise<EditableAccountStore> {
  const file = accountsFileOf(config)
  return file === undefined ? openPostgresAccounts(config.options.queue.url ?? '') : openAccountStore(file)
}
