/**
 * Behaviour: what a large provider does to who sends to it, as data. The words of the simulator.
 *
 * Policy. Ranges are drawn from a seed, so that nobody can be tuned to one figure. Replies are what was seen in the field, with
 * placeholders: {ip}, {sender}, {signer}, {recipient}, {host}, {id}.
 *
 * Not here: the table (table.ts), what is done with it (judge.ts). Nothing of this is shared with the rules and limits of the mailer, which
 * are judged by it.
 */

/** Least and most; what lies between is drawn evenly by its logarithm. */
export type Range = readonly [least: number, most: number]

/** Who is counted: the address that connects (IPv6 by /64), the domain of MAIL FROM, the domain that signed. */
export type Counted = 'address' | 'sender' | 'signer'

/** When it is said. */
export type Moment = 'CONNECT' | 'MAIL' | 'RCPT' | 'MESSAGE'

export interface Said {
  readonly at: Moment
  readonly reply: string
}

/** Recipients that one may send to within a time. */
export interface Quota extends Said {
  readonly of: Counted
  readonly perMs: number
  /** Of who is new. */
  readonly first: Range
  /** Who is known may have so many times what was usual lately; left out, it never grows. */
  readonly growth?: Range
  /** So long nothing is taken of who went over it. */
  readonly restMs: Range
}

export interface Behaviour {
  /** Its mail host, which greets. */
  readonly host: string
  readonly greeting: string
  readonly taken: string
  /** It takes nothing in plain text, and says so. */
  readonly tls?: Said
  /** Addresses that nobody spoke for are turned away. */
  readonly allowList?: Said
  readonly blocked: Said
  readonly noReverseName?: Said
  readonly unauthenticated?: Said
  /** Connections of one address at once. */
  readonly connections: { readonly most: Range } & Said
  /** Messages of one connection; without a reply it hangs up. */
  readonly perConnection: { readonly most: Range; readonly at?: Moment; readonly reply?: string }
  readonly quotas: readonly Quota[]
  readonly greylist?: { readonly waitMs: Range } & Said
  /** Who is trusted no more. */
  readonly distrusted: Readonly<Partial<Record<'address' | 'sender', Said>>>
  readonly unknownUser: Said
  readonly fullMailbox: Said
  /** Whether it tells senders of complaints. */
  readonly feedback: boolean
  /** Where this is from. */
  readonly source: string
}

/** Whom there is a behaviour for. */
export const SIMULATED = [
  'gmail',
  'outlook',
  'yahoo',
  'apple',
  'gmx',
  't-online',
  'orange',
  'onet',
  'qq',
  'netease',
  'postgrey',
] as const
/** A provider that can be simulated. */
export type SimulatedProvider = (typeof SIMULATED)[number]
