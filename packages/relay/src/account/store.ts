/**
 * AccountStore: where accounts are kept. `find` is on the path of every login and must not block the event loop for long.
 *
 * Not here: accounts in the configuration (config-store.ts), in the relay's store (stored-accounts.ts).
 */
import type { AccountRecord } from './account.ts'

export interface AccountStore {
  /** The account of this name (see `accountName`), if there is one. */
  find(name: string): Promise<AccountRecord | undefined>
  list(): Promise<readonly AccountRecord[]>
  close(): Promise<void>
}

/** A store whose accounts can be changed while the relay runs. */
export interface EditableAccountStore extends AccountStore {
  /** `false`: an account of this name exists already, and nothing was changed. */
  add(account: AccountRecord): Promise<boolean>
  /** Replaces what is given of an account. `false`: there is none of this name. */
  change(name: string, changes: Partial<Omit<AccountRecord, 'name'>>): Promise<boolean>
  /** `false`: there was none of this name. */
  remove(name: string): Promise<boolean>
  [Symbol.asyncDispose](): Promise<void>
}
