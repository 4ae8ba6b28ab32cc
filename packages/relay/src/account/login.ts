/**
 * Logins: a user name and a password, or a token, to an account.
 *
 * Policy. A wrong user name costs exactly what a wrong password costs, a verification against a hash of nothing, and one whose
 * hash is cheaper than usual no less. A password
 * that was verified is remembered for `rememberMs` as an HMAC under a key that dies with the process, because forums log in
 * anew for every mail and scrypt would cap them at some twenty mails a second; the memory is void as soon as the hash of
 * the account changes. A wrong password is never remembered. Who says the same from the same address while it is verified gets the
 * same answer. Answers `busy` rather than letting logins pile up.
 *
 * Not here: counting failures and banning (admission/), the wire (listener/). RFC 4616, RFC 7628.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '@postrider/core'
import { type Account, type AccountRecord, accountName } from './account.ts'
import { DEFAULT_COST, hashSecret } from './secret.ts'
import type { AccountStore } from './store.ts'
import { VerifierPool } from './verifier-pool.ts'

interface PasswordCredential {
  readonly kind: 'password'
  readonly user: string
  readonly password: string
}

export type Credential =
  | PasswordCredential
  /** XOAUTH2 or OAUTHBEARER (RFC 7628). */
  | { readonly kind: 'token'; readonly user: string; readonly token: string }

export type LoginAnswer =
  | { readonly kind: 'welcome'; readonly account: Account }
  | { readonly kind: 'refused' }
  /** Too many logins are being checked; try again later. */
  | { readonly kind: 'busy' }
  /** Accounts cannot be looked up now; try again later. */
  | { readonly kind: 'trouble' }

/** Checks an OAuth 2.0 access token. `undefined` refuses it. */
export type TokenVerifier = (
  login: { readonly user: string; readonly token: string },
  signal: AbortSignal,
) => Promise<Account | undefined>

export interface LoginOptions {
  /** Asked in this order. */
  readonly stores: readonly Pick<AccountStore, 'find'>[]
  readonly clock: Clock
  readonly verifyToken?: TokenVerifier
  /** The line in which verifications stand, where others share it: `parallel` and `waiting` are those of the line then. */
  readonly pool?: VerifierPool
  /** Asked before all others: whom everybody may log in as. */
  readonly anyone?: ((credential: Credential) => Account | undefined) | undefined
  /** A store could not be asked. */
  readonly onTrouble?: (error: unknown) => void
  /** What an account with an empty list of senders may send as. @default nothing */
  readonly usualSenders?: () => readonly string[]
  /** What replaces a foreign From of accounts that say nothing of it. */
  readonly usualRewriteFrom?: () => string | undefined
  /** Verifications at once. @default 1 */
  readonly parallel?: number
  /** Verifications that may wait: at some 60 ms each, the last waits for a quarter of a minute. @default 256 */
  readonly waiting?: number
  /** @default 600000 */
  readonly rememberMs?: number
}

interface Remembered {
  readonly secretHash: string
  readonly mac: Buffer
  readonly until: number
}

/** RFC 4616 §2 allows more; nobody has a longer one, and hashing takes time. */
const LONGEST_PASSWORD = 1024
const MOST_REMEMBERED = 10_000

export class Logins {
  readonly #options: LoginOptions
  readonly #pool: VerifierPool
  readonly #macKey = randomBytes(32)
  readonly #remembered = new Map<string, Remembered>()
  /** Names and the addresses from which they logged in: these need not wait behind strangers. */
  readonly #clients = new Set<string>()
  /** Verifications under way, by client, name and password: they are shared. */
  readonly #verifying = new Map<string, Promise<LoginAnswer>>()
  #hashOfNothing: Promise<string> | undefined

  constructor(options: LoginOptions) {
    this.#options = options
    this.#pool = options.pool ?? new VerifierPool({ parallel: options.parallel ?? 1, waiting: options.waiting ?? 256 })
  }

  /** Whether tokens can be checked at all. */
  get takesTokens(): boolean {
    return this.#options.verifyToken !== undefined
  }

  /** Everybody may log in. */
  get isOpen(): boolean {
    return this.#options.anyone !== undefined
  }

  /** The account of this name, for who has shown something else than its password. @throws what its store does */
  async account(name: string): Promise<Account | undefined> {
    const record = await this.#find(accountName(name))
    if (record === undefined) return undefined
    const { secretHash: _, ...account } = record
    return this.#completed(account)
  }

  /** @param client an IPv4 address, or the /64 of an IPv6 address: attempts of one stand in line one after the other */
  async check(credential: Credential, signal: AbortSignal, client = ''): Promise<LoginAnswer> {
    const { anyone } = this.#options
    if (anyone !== undefined) {
      const account = anyone(credential)
      return account === undefined ? { kind: 'refused' } : { kind: 'welcome', account }
    }
    if (credential.kind === 'token') return this.#checkToken(credential, signal)
    const { password } = credential
    const record = await this.#find(accountName(credential.user)).catch((error: unknown) => {
      this.#options.onTrouble?.(error)
      return 'trouble' as const
    })
    if (record === 'trouble') return { kind: 'trouble' }
    if (record !== undefined && this.#remembers(record, password)) return this.#welcome(record)
    // A forum whose workers all start at once asks the same for each of them.
    // Against the same hash: what is asked after the password was changed is not answered by what was asked before.
    const whose = `${client}\0${credential.user}\0${record?.secretHash}`
    const same = this.#mac({ name: whose }, password).toString('latin1')
    const verifying = this.#verifying.get(same) ?? this.#verify(record, credential, client)
    this.#verifying.set(same, verifying)
    return verifying.finally(() => this.#verifying.delete(same))
  }

  async #verify(
    record: AccountRecord | undefined,
    { user, password }: PasswordCredential,
    client: string,
  ): Promise<LoginAnswer> {
    // A password that cannot be right costs the same as one that could.
    const possible = record !== undefined && password.length > 0 && password.length <= LONGEST_PASSWORD
    const name = accountName(user)
    const claimant = { address: client, name, known: this.#clients.has(`${name}\0${client}`) }
    const hash = possible ? record.secretHash : await this.#decoy()
    const verified = await this.#pool.verify(possible ? password : 'x', hash, claimant)
    if (verified === 'busy') return { kind: 'busy' }
    if (!possible || !verified) return { kind: 'refused' }
    this.#remember(record, password)
    this.#welcomed(`${name}\0${client}`)
    return this.#welcome(record)
  }

  async #checkToken(
    login: { readonly user: string; readonly token: string },
    signal: AbortSignal,
  ): Promise<LoginAnswer> {
    const account = await this.#options.verifyToken?.({ user: accountName(login.user), token: login.token }, signal)
    return account === undefined ? { kind: 'refused' } : { kind: 'welcome', account: this.#completed(account) }
  }

  async #find(name: string): Promise<AccountRecord | undefined> {
    for (const store of this.#options.stores) {
      const record = await store.find(name)
      if (record !== undefined) return record
    }
    return undefined
  }

  #decoy(): Promise<string> {
    this.#hashOfNothing ??= hashSecret(randomBytes(16).toString('hex'), DEFAULT_COST)
    return this.#hashOfNothing
  }

  #remembers(record: AccountRecord, password: string): boolean {
    const known = this.#remembered.get(record.name)
    if (known === undefined) return false
    if (known.secretHash !== record.secretHash || known.until <= this.#options.clock.monotonic()) {
      this.#remembered.delete(record.name)
      return false
    }
    return timingSafeEqual(this.#mac(record, password), known.mac)
  }

  #remember(record: AccountRecord, password: string): void {
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear()
    this.#remembered.set(record.name, {
      secretHash: record.secretHash,
      mac: this.#mac(record, password),
      until: this.#options.clock.monotonic() + (this.#options.rememberMs ?? 600_000),
    })
  }

  #welcomed(client: string): void {
    if (this.#clients.size >= MOST_REMEMBERED) {
      const [oldest] = this.#clients
      if (oldest !== undefined) this.#clients.delete(oldest)
    }
    this.#clients.delete(client)
    this.#clients.add(client)
  }

  #mac(record: Pick<AccountRecord, 'name'>, password: string): Buffer {
    return createHmac('sha256', this.#macKey).update(`${record.name}\0${password}`).digest()
  }

  #welcome({ secretHash: _, ...account }: AccountRecord): LoginAnswer {
    return { kind: 'welcome', account: this.#completed(account) }
  }

  #completed(account: Account): Account {
    const { usualSenders } = this.#options
    const rewriteFrom = this.#options.usualRewriteFrom?.()
    return {
      ...(rewriteFrom === undefined ? {} : { rewriteFrom }),
      ...account,
      senders: account.senders.length > 0 ? account.senders : (usualSenders?.() ?? []),
    }
  }
}
