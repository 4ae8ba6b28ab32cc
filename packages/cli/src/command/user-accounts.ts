/**
 * UserAccounts: accounts of the relay with passwords that were made, for those who have none yet.
 */
import { randomBytes } from 'node:crypto'
import type { RelayConfig } from '@postrider/relay'

/** 24 octets: 32 characters that need no quotes anywhere. */
const GENERATED_BYTES = 24

export function makePassword(): string {
  return randomBytes(GENERATED_BYTES).toString('base64url')
}

export interface AddedUser {
  readonly name: string
  /** Absent: the account was there, and is as it was. */
  readonly password?: string
}

export async function addUsers(config: RelayConfig, names: readonly string[]): Promise<readonly AddedUser[]> {
  if (names.length === 0) return []
  const { accountName, hashSecret, openAccounts } = await import('@postrider/relay')
  const configured = config.relay.accounts.map(account => accountName(account.name))
  const store = await openAccounts(config)
  try {
    const added: AddedUser[] = []
    for (const name of names) {
      const known = configured.includes(accountName(name)) || (await store.find(name)) !== undefined
      const password = makePassword()
      const made = !known && (await store.add({ name, senders: [], secretHash: await hashSecret(password) }))
      added.push(made ? { name, password } : { name })
    }
    return added
  } finally {
    await store.close()
  }
}
