/**
 * AllAccounts: the accounts of the configuration and those of `postrider user`, as one.
 */
import { ConfigStore, type EditableAccountStore } from '../account/index.ts'
import { accountsOf, type RelayConfig, sendersOf } from '../config/options.ts'
import type { RelayStore } from '../store/index.ts'
import type { ListedAccount } from '../v1/index.ts'
import { accountsBeside } from './open-accounts.ts'

export async function listAccounts({ configured, stored }: Accounts): Promise<readonly ListedAccount[]> {
  const first = await configured.list()
  const names = new Set(first.map(({ name }) => name))
  return [
    ...first.map(account => ({ ...account, from: 'configuration' as const })),
    ...(await stored.list())
      .filter(({ name }) => !names.has(name))
      .map(account => ({ ...account, from: 'store' as const })),
  ]
}

/** Whatever anybody may send as. */
export async function allSenders(config: RelayConfig, { configured, stored }: Accounts): Promise<readonly string[]> {
  const accounts = [...(await configured.list()), ...(await stored.list())]
  const addresses = [config.relay.rewriteFrom, ...accounts.map(account => account.rewriteFrom ?? '')]
  const patterns = accounts.flatMap(account => account.senders)
  return [...config.relay.domains, ...sendersOf(config), ...patterns, ...addresses.filter(address => address !== '')]
}

export interface Accounts {
  readonly configured: ConfigStore
  readonly stored: EditableAccountStore
}

export async function openAllAccounts(config: RelayConfig, store: RelayStore): Promise<Accounts> {
  const configured = new ConfigStore()
  await configured.replace(accountsOf(config))
  return { configured, stored: await accountsBeside(store, config) }
}
