/**
 * Options: what the rooms get: every option settled. What a user may set is `MailerOptions` (mailer-options.ts, made from schema.ts).
 *
 * Policy. Durations are milliseconds and end in `Ms`, sizes are octets and end in `Bytes`. Nothing here is mutable, and a
 * resolved value never needs a second look: files are read, names are lower-case A-labels, paths are absolute.
 *
 * Not here: how a value is checked (schema.ts), where it comes from (load.ts, environment.ts).
 */

import type { Language } from '../language/languages.ts'
import type { Domain } from '../model/address.ts'
import type { Source } from '../model/egress.ts'
import type { PassOnTo, ReturnPathUse, UnsubscribeUse } from '../model/envelope.ts'
import type { ProviderOverride } from '../provider/index.ts'
import type { RouteRule } from '../route/index.ts'
import type { TimeoutOptions } from './mailer-options.ts'

export type { DkimOptions, MailerOptions, RouteOptions, TimeoutOptions } from './mailer-options.ts'

export interface ResolvedDkim {
  /** d= of the signature. */
  readonly domain: Domain
  /** s= of the signature. */
  readonly selector: string
  /** PEM, as it was given or as its file held it. */
  readonly privateKey: string
  /** Which option or file it came from, for messages. */
  readonly source: string
  /** The selector of the key that this one takes the place of; absent: of none. */
  readonly replaces?: string
  /** It signs nothing, and proves what it proves (links, return addresses): its record is to be seen first, or is taken away. @default it signs */
  readonly standing?: 'coming' | 'revoked'
}

/** A route with its host, its port and its least TLS settled. */
/** The rule, and where its password was read from. */
export interface ResolvedRoute extends RouteRule {
  readonly passwordFile?: string
}

export type ResolvedTimeouts = { readonly [Key in keyof TimeoutOptions]-?: number }

/** Every option, settled and frozen. */
export interface ResolvedOptions {
  /** The EHLO name. */
  readonly hostname: Domain
  /** The addresses that mail leaves from, and those that the world sees. Empty lists: the system chooses, and they are found out. */
  readonly egress: {
    /** Those of `sources`. */
    readonly addresses: readonly string[]
    readonly sources: readonly Source[]
    readonly publicAddresses: readonly string[]
    /** Takes what would wait longer than `afterMs`. */
    readonly overflow?: ResolvedRoute & { readonly afterMs: number }
  }
  /** The keys that sign, with the text of each. */
  readonly dkim: readonly ResolvedDkim[]
  /** Empty `servers`: those of /etc/resolv.conf. */
  readonly dns: { readonly servers: readonly string[]; readonly timeoutMs: number; readonly trustAd: boolean | 'auto' }
  /** Where the queue is, and how long what is done is kept, in milliseconds. */
  readonly queue: {
    readonly path: string
    /** With its password, wherever that was given. */
    readonly url?: string
    readonly directUrl?: string
    readonly passwordFile?: string
    readonly keepHistoryMs: number
    readonly cards: boolean
    readonly keepContentMs: number
    readonly keepContentExcept: { readonly accounts: readonly string[]; readonly tags: readonly string[] }
    readonly keepDialogues: {
      readonly recipients: readonly string[]
      readonly tags: readonly string[]
      readonly perSite: number
    }
  }
  /** Port, concurrency, retries and time limits of delivery, in milliseconds. */
  readonly delivery: {
    readonly port: number
    readonly allowPrivateAddresses: boolean
    readonly ipFamily: 'auto' | 4 | 6
    readonly testAddresses: boolean
    readonly warmUp: 'auto' | 'off'
    readonly concurrency: number
    readonly retry: {
      readonly scheduleMs: readonly number[]
      readonly jitter: number
      readonly expireAfterMs: number
      readonly warnAfterMs: number
    }
    readonly timeouts: ResolvedTimeouts
  }
  /** Domains whose mail takes another way than their MX, in the order in which they are tried. */
  readonly routes: readonly ResolvedRoute[]
  /** What the operator set of large providers, in place of docs/providers.md. */
  readonly providers: readonly ProviderOverride[]
  /** `ca` is the text of caFile. */
  readonly tls: { readonly minimum: 'opportunistic' | 'encrypted' | 'verified'; readonly ca?: string }
  /** The file that MTA-STS policies are kept in; absent: they are kept in memory. */
  readonly mtaSts: { readonly cacheFile?: string }
  /** Return addresses of ours; without a `domain` there are none. */
  readonly returnPath: {
    readonly domain?: string | undefined
    readonly keys: readonly string[]
    readonly use: ReturnPathUse
    readonly passOn: 'auto' | PassOnTo
    readonly receivedBy: 'relay' | 'other'
  }
  /** What goes into List-Unsubscribe and Feedback-ID, and what follows from what comes back. */
  readonly feedback: {
    readonly senderId?: string | undefined
    readonly tags: readonly string[]
    readonly complaints: boolean
    readonly unsubscribe: UnsubscribeUse
    readonly unsubscribeSuppresses: boolean
    readonly unsubscribeUrl?: string | undefined
  }
  /** Whether TLS reports are sent (RFC 8460), and who is named in them. */
  readonly tlsrpt: { readonly send: boolean; readonly contact: string; readonly organisation: string }
  /** `enforce` refuses a sender that receivers would refuse, `warn` takes it and tells, `off` does not look. */
  readonly preflight: 'enforce' | 'warn' | 'off'
  /** Who gets notices of failure (RFC 3464), who they are from, and in which language beside English. */
  readonly notices: {
    readonly to: 'auto' | 'nobody' | 'sender'
    readonly from: string
    readonly languages: readonly {
      readonly domain?: string | undefined
      readonly account?: string | undefined
      readonly language: Language
    }[]
  }
  /** The most octets and recipients of one message. */
  readonly limits: { readonly messageBytes: number; readonly recipients: number }
  /** What a draft may do: read files, and get a text made from its HTML. */
  readonly compose: { readonly allowFiles: boolean; readonly textFromHtml: boolean }
}
