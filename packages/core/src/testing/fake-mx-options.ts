/**
 * Fake MX options: the knobs of a fake MX, and what it keeps.
 *
 * Not here: what it does with them (fake-mx-server.ts, fake-mx-player.ts).
 */
import type { Buffer } from 'node:buffer'
import type { SecureContext } from 'node:tls'
import type { Certificate } from './certificate.ts'
import type { Dialogue } from './dialogue.ts'

/** What a client said, as `answer` sees it. */
export interface HeardCommand {
  /** Upper case; `CONNECT` for the greeting, `MESSAGE` for the final dot. */
  readonly verb: string
  readonly line: string
  /** Of RCPT and MAIL: what stands between the angle brackets. */
  readonly address?: string
  readonly tls: boolean
  /** Of this connection, from 1. */
  readonly transaction: number
  /** Of this server, from 1. */
  readonly connection: number
  /** The address that the client comes from. */
  readonly peer: string
  /** With MESSAGE only. */
  readonly message?: ReceivedMessage
}

/** A reply such as `450 4.2.1 busy` (several lines with \r\n), or a way to break off; undefined is the usual reply. */
export type FakeAnswer = string | 'close' | 'reset' | undefined

/** A message as it arrived. */
export interface ReceivedMessage {
  /** The name that the client gave in EHLO or HELO. */
  readonly hello: string
  /** `''` is the null reverse-path. */
  readonly from: string
  /** Such as `SIZE=100 BODY=8BITMIME`. */
  readonly fromParameters: string
  /** Each RCPT TO that was taken, with its parameters such as `NOTIFY=NEVER`. */
  readonly recipients: readonly { readonly address: string; readonly parameters: string }[]
  /** Without dot-stuffing and final dot. */
  readonly content: Buffer
  /** What TLS it came by, and the name that SNI asked for; absent: in plain text. */
  readonly tls?: { readonly protocol: string; readonly serverName: string; readonly resumed: boolean }
  /** Who logged in; absent: nobody. */
  readonly user?: string
  /** Which connection it came by, from 1; 0 from a played dialogue. */
  readonly connection: number
}

/** What it says, and where it listens. */
export interface FakeMxOptions {
  /** Its name in the greeting and the reply to EHLO. @default 'mx.example.test' */
  readonly name?: string
  /** The address that it listens on. @default '127.0.0.1' */
  readonly address?: string
  /** The TCP port. @default 0, any free one */
  readonly port?: number
  /** Certificate of STARTTLS; `false` does not offer it. @default self-signed for `name` */
  readonly certificate?: Certificate | false
  /** TLS from the first octet. @default false */
  readonly implicitTls?: boolean
  /** What EHLO lists; STARTTLS and AUTH are added when there is a certificate or login. */
  readonly capabilities?: readonly string[]
  /** Who may log in. */
  readonly login?: { readonly user: string; readonly password: string }
  /** Replaces the usual reply to what the client said. */
  readonly answer?: (heard: HeardCommand) => FakeAnswer | Promise<FakeAnswer>
  /** Plays this for each connection instead of serving; see dialogue.ts. The last one repeats. */
  readonly dialogues?: readonly (string | Dialogue)[]
  /** How many of the newest messages it keeps. @default all */
  readonly keep?: number
  /** Octets that it holds of one client at most; it cuts off who says more. @default no bound */
  readonly messageBytes?: number
  /** After a 421 it hangs up, as it says (RFC 5321 §3.8). @default false */
  readonly hangsUpAfter421?: boolean
  /** Hears of each connection that is over. */
  readonly left?: (connection: { readonly connection: number; readonly peer: string }) => void
  /** What `-- wait NAME` of a dialogue waits for. */
  readonly waits?: (name: string) => Promise<void>
}

/** What the two ways of serving share. */
export interface FakeMxState {
  readonly name: string
  readonly options: FakeMxOptions
  readonly capabilities: readonly string[]
  readonly context: SecureContext | undefined
  readonly received: (message: ReceivedMessage) => void
  readonly fault: (what: string) => void
}
