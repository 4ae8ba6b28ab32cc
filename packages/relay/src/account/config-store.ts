/**
 * ConfigStore: accounts that stand in the configuration or in environment variables. They are replaced as a whole when the
 * configuration is read again.
 *
 * Policy. A password in plain text (the old containers' `user:password`) is hashed when it is read and not kept.
 */
import { type MailerError, wrongValue } from '@postrider/core'
import { type Account, type AccountRecord, accountName } from './account.ts'
import { DEFAULT_COST, hashSecret, isSecretHash, type ScryptCost } from './secret.ts'
import type { AccountStore } from './store.ts'

/** An account as it is configured: with a hash, or with the password itself. */
export interface ConfiguredAccount extends Account {
  readonly password?: string
  readonly passwordHash?: string
}

export class ConfigStore implements AccountStore {
  #accounts = new Map<string, AccountRecord>()

  /** Takes these accounts instead of those it had. @throws {MailerError} as `prepare` does */
  async replace(configured: readonly ConfiguredAccount[], cost: ScryptCost = DEFAULT_COST): Promise<void> {
    const take = await this.prepare(configured, cost)
    take()
  }

  /**
   * Reads these accounts; the function that is returned takes them instead of those it had.
   * @throws {MailerError} `invalid-option` when one has no usable password or two have the same name
   */
  async prepare(configured: readonly ConfiguredAccount[], cost: ScryptCost = DEFAULT_COST): Promise<() => void> {
    const accounts = new Map<string, AccountRecord>()
    for (const { password, passwordHash, ...account } of configured) {
      const name = accountName(account.name)
      if (accounts.has(name)) throw invalidAccount(name, 'is configured twice', 'one entry for each user name')
      if (passwordHash !== undefined && !isSecretHash(passwordHash)) {
        throw invalidAccount(name, 'has a password hash that cannot be read', '$scrypt$ln=15,r=8,p=1$salt$key')
      }
      const secretHash = passwordHash ?? (password ? await hashSecret(password, cost) : undefined)
      if (secretHash === undefined) throw invalidAccount(name, 'has no password', 'a password or a passwordHash')
      accounts.set(name, { ...account, name, secretHash })
    }
    return () => {
      this.#accounts = accounts
    }
  }

  async find(name: string): Promise<AccountRecord | undefined> {
    return this.#accounts.get(name)
  }

  async list(): Promise<readonly AccountRecord[]> {
    return [...this.#accounts.values()]
  }

  async close(): Promise<void> {}
}

function invalidAccount(name: string, problem: string, wanted: string): MailerError {
  return wrongValue('invalid-option', {
    where: `relay.accounts.${name}`,
    found: `an account that ${problem}`,
    wanted,
    fix: 'correct the account, or make it with: postrider user add',
  })
}
