/**
 * Options: what a user may set, and what the rooms get. `MailerOptions` is postrider.yaml and the POSTRIDER_* variables,
 * key by key; `ResolvedOptions` is the same after every default, file and name has been settled.
 *
 * Policy. Durations are milliseconds and end in `Ms`, sizes are octets and end in `Bytes`. Nothing here is mutable, and a
 * resolved value never needs a second look: files are read, names are lower-case A-labels, paths are absolute.
 * The doc line of a key is the one in schema.ts; a test keeps the two alike.
 *
 * Not here: how a value is checked (schema.ts), where it comes from (load.ts, environment.ts).
 */
import type { Domain } from '../model/address.ts'
import type { Login, TlsLevel } from '../model/route.ts'

/** What `createMailer` takes; every key may be left out. */
export interface MailerOptions {
  /** The name this host says in EHLO; its A or AAAA record and the PTR of its addresses should agree with it. */
  readonly hostname?: string | undefined
  /** From which addresses mail leaves. */
  readonly egress?:
    | {
        /** Local addresses to send from; empty lets the system choose. */
        readonly addresses?: readonly string[] | undefined
        /** The addresses the world sees, for SPF and PTR checks; empty has them discovered. */
        readonly publicAddresses?: readonly string[] | undefined
      }
    | undefined
  /** The keys that sign: of the domain nearest to From, the first key of each algorithm. */
  readonly dkim?: readonly DkimOptions[] | undefined
  /** How names are asked. */
  readonly dns?:
    | {
        /** Name servers as `ip`, `ip:port`, `[ipv6]:port` or `https://host/dns-query`; empty takes those of /etc/resolv.conf. */
        readonly servers?: readonly string[] | undefined
        /** How long one question may take, over all its servers and tries. */
        readonly timeoutMs?: number | undefined
        /** Whether the AD bit of an answer is believed, which DANE needs; `auto` believes it of servers on this host only. */
        readonly trustAd?: boolean | 'auto' | undefined
      }
    | undefined
  /** Where accepted messages are kept. */
  readonly queue?:
    | {
        /** The queue file; `:memory:` keeps nothing when the process ends. */
        readonly path?: string | undefined
        /** A PostgreSQL database in place of the file, which any number of relays share; it needs the package pg. */
        readonly url?: string | undefined
        /** How long the story of a finished message is kept for `explain`. */
        readonly keepHistoryMs?: number | undefined
      }
    | undefined
  /** How mail is handed to other servers. */
  readonly delivery?:
    | {
        /** The port of mail hosts. */
        readonly port?: number | undefined
        /** Whether mail hosts on private and loopback addresses may be used; for tests and closed networks. */
        readonly allowPrivateAddresses?: boolean | undefined
        /** Which addresses of a mail host are used: both families, or one only. */
        readonly ipFamily?: 'auto' | 4 | 6 | undefined
        /** How many transactions run at once, over all destinations. */
        readonly concurrency?: number | undefined
        /** When a message that could not be delivered is tried again. */
        readonly retry?:
          | {
              /** The waits between attempts; the last one repeats. */
              readonly scheduleMs?: readonly number[] | undefined
              /** The part of a wait that is left to chance, so that retries do not come in step. */
              readonly jitter?: number | undefined
              /** The age at which a message is given up. */
              readonly expireAfterMs?: number | undefined
              /** The age at which an undelivered message is reported as delayed. */
              readonly warnAfterMs?: number | undefined
            }
          | undefined
        /** How long each step of an SMTP conversation may take; RFC 5321 §4.5.3.2 says how long at least. */
        readonly timeouts?: TimeoutOptions | undefined
      }
    | undefined
  /** Domains whose mail takes another way than their MX; the first that fits is taken. */
  readonly routes?: readonly RouteOptions[] | undefined
  /** How safe connections must be. */
  readonly tls?:
    | {
        /** The least that is accepted: TLS if offered, TLS always, or TLS with a certificate that is valid for the host. */
        readonly minimum?: 'opportunistic' | 'encrypted' | 'verified' | undefined
        /** A PEM file of further authorities to trust, beside those of the system. */
        readonly caFile?: string | undefined
      }
    | undefined
  /** MTA-STS (RFC 8461), which lets a domain demand verified TLS. */
  readonly mtaSts?:
    | {
        /** The file that keeps policies over a restart; by default beside the queue file, and none for a queue in memory. */
        readonly cacheFile?: string | undefined
      }
    | undefined
  /** TLS reports (RFC 8460), which tell domains that ask for them how safely their mail hosts were reached. */
  readonly tlsrpt?:
    | {
        /** Whether reports are sent; by default when `tlsrpt.contact` is given and a DKIM key is there. Counts are kept either way. */
        readonly send?: boolean | undefined
        /** The address that reports come from and that answers questions; by default `postmaster@` and the first DKIM domain, else the host name. */
        readonly contact?: string | undefined
        /** The name of who reports; by default the domain of the contact. */
        readonly organisation?: string | undefined
      }
    | undefined
  /** What happens when receivers are certain to refuse the sender: refuse at once, accept and warn, or do not look. */
  readonly preflight?: 'enforce' | 'warn' | 'off' | undefined
  /** Delivery status notices (RFC 3464), the mails that tell of a failure. */
  readonly notices?:
    | {
        /** Who gets them: nobody (facts and `settled()` tell the program), or the sender of the message; `auto` is the sender in the relay, whose clients hear nothing else, and nobody elsewhere. */
        readonly to?: 'auto' | 'nobody' | 'sender' | undefined
        /** The From address of notices; by default `MAILER-DAEMON@` and the host name. */
        readonly from?: string | undefined
      }
    | undefined
  /** What one message may be. */
  readonly limits?:
    | {
        /** The largest message. */
        readonly messageBytes?: number | undefined
        /** The most recipients of one message. */
        readonly recipients?: number | undefined
      }
    | undefined
  /** How drafts become messages. */
  readonly compose?:
    | {
        /** Whether an attachment may name a file to read; keep it off when drafts come from strangers. */
        readonly allowFiles?: boolean | undefined
      }
    | undefined
}

export interface DkimOptions {
  /** The signing domain, d=; it signs for From domains of the same organisation. */
  readonly domain: string
  /** The selector, s=; the public key is published at `selector._domainkey.domain`. */
  readonly selector: string
  /** The private key as PEM text; a `\n` written as two characters is understood. */
  readonly privateKey?: string | undefined
  /** The file that holds the private key as PEM. */
  readonly privateKeyFile?: string | undefined
  /** The selector that this one takes the place of; while both are here, both sign. */
  readonly replaces?: string | undefined
}

export interface RouteOptions {
  /** A domain, `.domain` for everything below it, or `*` for everything. */
  readonly domain: string
  /** The server that takes the mail: a name, with or without dots, `localhost`, or an IP address. */
  readonly host: string
  /** Its port; by default 465 with implicit TLS, 587 with a login, 25 otherwise. */
  readonly port?: number | undefined
  /** The least TLS; by default `verified` with a login, else that of `tls.minimum`. */
  readonly tls?: TlsLevel | undefined
  /** TLS from the first octet on (RFC 8314 §3.3), without STARTTLS; by default on port 465. */
  readonly implicitTls?: boolean | undefined
  /** How to log in. */
  readonly login?:
    | {
        /** The user name. */
        readonly user: string
        /** The password or, for xoauth2, the token. */
        readonly password?: string | undefined
        /** The file that holds the password, on its first line. */
        readonly passwordFile?: string | undefined
        /** The mechanism; `auto` takes the strongest that both sides know. */
        readonly method?: 'auto' | 'plain' | 'login' | 'xoauth2' | undefined
      }
    | undefined
  /** How many connections to it are open at once. */
  readonly concurrency?: number | undefined
}

export interface TimeoutOptions {
  /** The TCP connection. */
  readonly connectMs?: number | undefined
  /** The greeting; at least 5 minutes. */
  readonly greetingMs?: number | undefined
  /** The reply to EHLO or HELO; at least 5 minutes. */
  readonly ehloMs?: number | undefined
  /** The reply to STARTTLS, and the TLS handshake. */
  readonly tlsMs?: number | undefined
  /** Each step of a login. */
  readonly authMs?: number | undefined
  /** The reply to MAIL; at least 5 minutes. */
  readonly mailMs?: number | undefined
  /** The reply to RCPT; at least 5 minutes. */
  readonly rcptMs?: number | undefined
  /** The reply to DATA; at least 2 minutes. */
  readonly dataMs?: number | undefined
  /** Each block of the message that is sent; at least 3 minutes. */
  readonly bodyMs?: number | undefined
  /** The reply to the final dot; at least 10 minutes. */
  readonly finalDotMs?: number | undefined
  /** The reply to RSET and QUIT. */
  readonly quitMs?: number | undefined
}

export interface ResolvedDkim {
  readonly domain: Domain
  readonly selector: string
  /** PEM, as it was given or as its file held it. */
  readonly privateKey: string
  /** Which option or file it came from, for messages. */
  readonly source: string
  readonly replaces?: string
}

export interface ResolvedRoute {
  /** `*`, a domain, or a suffix that begins with a dot. */
  readonly domain: '*' | Domain | `.${string}`
  readonly host: Domain
  readonly port: number
  readonly tls: TlsLevel
  readonly implicitTls: boolean
  readonly login?: Login
  readonly concurrency: number
}

export type ResolvedTimeouts = { readonly [Key in keyof TimeoutOptions]-?: number }

/** Every option, settled and frozen. */
export interface ResolvedOptions {
  readonly hostname: Domain
  readonly egress: { readonly addresses: readonly string[]; readonly publicAddresses: readonly string[] }
  readonly dkim: readonly ResolvedDkim[]
  readonly dns: { readonly servers: readonly string[]; readonly timeoutMs: number; readonly trustAd: boolean | 'auto' }
  readonly queue: { readonly path: string; readonly url?: string; readonly keepHistoryMs: number }
  readonly delivery: {
    readonly port: number
    readonly allowPrivateAddresses: boolean
    readonly ipFamily: 'auto' | 4 | 6
    readonly concurrency: number
    readonly retry: {
      readonly scheduleMs: readonly number[]
      readonly jitter: number
      readonly expireAfterMs: number
      readonly warnAfterMs: number
    }
    readonly timeouts: ResolvedTimeouts
  }
  readonly routes: readonly ResolvedRoute[]
  /** `ca` is the text of caFile. */
  readonly tls: { readonly minimum: 'opportunistic' | 'encrypted' | 'verified'; readonly ca?: string }
  readonly mtaSts: { readonly cacheFile?: string }
  readonly tlsrpt: { readonly send: boolean; readonly contact: string; readonly organisation: string }
  readonly preflight: 'enforce' | 'warn' | 'off'
  readonly notices: { readonly to: 'auto' | 'nobody' | 'sender'; readonly from: string }
  readonly limits: { readonly messageBytes: number; readonly recipients: number }
  readonly compose: { readonly allowFiles: boolean }
}
