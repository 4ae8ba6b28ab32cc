/**
 * Vocabulary: the kinds of values that options are declared in: a duration, a port, a host name, the name of a file.
 *
 * Policy. A value that is refused is told in words what was wanted; whatever is no plain number or choice says so here.
 *
 * Not here: which options there are (schema.ts).
 */

import { isIP } from 'node:net'
import { parseAddress, parseDomain, parseServer } from '../model/address.ts'
import type { Bounded, InputOf, Keys, Kinds, kinds, OutputOf, Shape, ShapeNotes } from './shape.ts'

export const SECOND: number = 1000
export const MINUTE: number = 60_000
export const HOUR: number = 60 * MINUTE
export const DAY: number = 24 * HOUR
export const LONGEST: number = 3650 * DAY

/** What may be given, and what it becomes, where leaving it out means a default. */
type Defaulted<Out, In = Out> = Shape<Out, In | undefined>
type Section<T extends Keys> = ReturnType<typeof kinds.strictObject<T>>

/** Each takes the doc line of its option first. */
export interface Words {
  readonly text: (doc: string, notes?: ShapeNotes) => Bounded<string>
  readonly file: (doc: string, wanted?: string) => Bounded<string>
  readonly server: (doc: string) => Bounded<string>
  readonly database: (doc: string) => Bounded<string>
  readonly hostName: (doc: string) => Bounded<string>
  readonly domain: (doc: string) => Bounded<string>
  readonly pattern: (doc: string) => Bounded<string>
  readonly name: (doc: string) => Bounded<string>
  readonly selector: (doc: string) => Bounded<string>
  readonly mailbox: (doc: string) => Bounded<string>
  readonly addresses: (doc: string) => Defaulted<string[], readonly string[]>
  readonly servers: (doc: string) => Defaulted<string[], readonly string[]>
  readonly ms: (doc: string, fallback: number) => Defaulted<number>
  readonly part: (doc: string) => Bounded<number>
  readonly port: (doc: string) => Bounded<number>
  readonly count: (doc: string, fallback: number, most: number) => Defaulted<number>
  readonly flag: (doc: string, fallback?: boolean) => Defaulted<boolean>
  readonly choice: <const T extends readonly [string, ...string[]]>(
    doc: string,
    values: T,
    fallback: T[number],
  ) => Defaulted<T[number]>
  /** All its keys have defaults, so that leaving it out is leaving out each of them. */
  readonly section: <T extends Keys>(doc: string, keys: T) => Defaulted<OutputOf<Section<T>>, InputOf<Section<T>>>
}

export function words(k: Kinds): Words {
  const text = (doc: string, notes: ShapeNotes = {}) =>
    k
      .string()
      .min(1)
      .meta({ description: doc, ...notes })
  const refined = (doc: string, wanted: string, good: (value: string) => boolean) =>
    k.string().refine(good).meta({ description: doc, wanted })
  return {
    text,
    file: (doc: string, wanted = 'the name of a file') => text(doc, { wanted, file: true }),
    server: (doc: string) =>
      refined(doc, 'a host name, localhost or an IP address, such as smtp.example.net', isServer),
    database: (doc: string) =>
      k
        .string()
        .refine(value => /^postgres(?:ql)?:\/\/\S+$/.test(value))
        .meta({ description: doc, wanted: 'postgres://user:password@host/database', secret: true }),
    hostName: (doc: string) => refined(doc, 'a full host name, such as mail.example.com', isHostName),
    domain: (doc: string) => refined(doc, 'a domain name, such as example.com', isDomainName),
    pattern: (doc: string) => refined(doc, 'a domain, .domain for all below it, or *', isPattern),
    name: (doc: string) =>
      refined(doc, 'a short name of letters, digits and hyphens, such as news', value =>
        /^[a-z0-9][a-z0-9-]{0,62}$/.test(value),
      ),
    selector: (doc: string) => refined(doc, 'a selector of letters, digits and hyphens, such as mail2026', isSelector),
    mailbox: (doc: string) => refined(doc, 'an address, such as name@example.com', isMailbox),
    addresses: (doc: string) =>
      k
        .array(
          k
            .string()
            .refine(value => isIP(value) !== 0)
            .meta({ wanted: 'an IP address' }),
        )
        .default([])
        .describe(doc),
    servers: (doc: string) =>
      k
        .array(k.string().refine(isNameServer).meta({ wanted: 'ip, ip:port, [ipv6]:port or https://host/path' }))
        .default([])
        .describe(doc),
    ms: (doc: string, fallback: number) => k.int().min(1).max(LONGEST).default(fallback).describe(doc),
    part: (doc: string) => k.number().min(0).max(0.9).describe(doc),
    port: (doc: string) => k.int().min(1).max(65535).describe(doc),
    count: (doc: string, fallback: number, most: number) => k.int().min(1).max(most).default(fallback).describe(doc),
    flag: (doc: string, fallback = false) => k.boolean().default(fallback).describe(doc),
    choice: <const T extends readonly [string, ...string[]]>(doc: string, values: T, fallback: T[number]) =>
      k
        .enum(values)
        .default(fallback as never)
        .describe(doc),
    section: <T extends Keys>(doc: string, keys: T) =>
      k
        .strictObject(keys)
        .prefault({} as never)
        .describe(doc),
  }
}

// RFC 6376 §3.1: labels, as in a domain name
const DKIM_SELECTOR = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/i

function isDomainName(value: string): boolean {
  const domain = parseDomain(value)
  return typeof domain === 'string' && !domain.startsWith('[')
}

/** RFC 5321 §2.3.5: a name in EHLO is fully qualified. */
function isHostName(value: string): boolean {
  return isDomainName(value) && value.replace(/\.$/, '').includes('.')
}

/** A server that the operator names; it need not be known to the world. */
function isServer(value: string): boolean {
  return typeof parseServer(value) === 'string'
}

function isNameServer(value: string): boolean {
  if (isIP(value) !== 0) return true
  if (value.startsWith('https://')) return URL.canParse(value)
  const [, v6, v4, port] = /^(?:\[([^\]]+)\]|([\d.]+)):(\d{1,5})$/.exec(value) ?? []
  return isIP(v6 ?? v4 ?? '') === (v6 === undefined ? 4 : 6) && Number(port) >= 1 && Number(port) <= 65535
}

/** Whether a text can be a DKIM selector. */
export function isSelector(value: string): boolean {
  return typeof value === 'string' && value.length <= 63 && DKIM_SELECTOR.test(value)
}

function isMailbox(value: string): boolean {
  return !('problem' in parseAddress(value))
}

/** Of a route: one domain, `.domain` for those below it, `*` for all. */
function isPattern(value: string): boolean {
  return value === '*' || isDomainName(value.startsWith('.') ? value.slice(1) : value)
}
