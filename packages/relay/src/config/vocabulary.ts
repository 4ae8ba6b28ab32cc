/**
 * Vocabulary: the kinds of values that the options of the relay are declared in, made of what the mailer hands in.
 *
 * Policy. A value that is refused is told in words what was wanted.
 *
 * Not here: which options there are (schema.ts), when a text is an address to listen on (listen-address.ts).
 */
import { parseAddress, parseDomain, type SchemaExtension, type Shape } from '@postrider/core'
import { isSecretHash } from '../account/index.ts'
import { senderPatternProblem } from '../admission/index.ts'
import { parseHttpAddress } from '../server/http-address.ts'
import { parseListenAddress } from './listen-address.ts'

export type Kinds = Parameters<SchemaExtension>[0]

export const SECOND: number = 1000
export const MINUTE: number = 60 * SECOND
export const DAY: number = 24 * 60 * MINUTE
export const MIB: number = 1024 * 1024
export const MOST: number = 1_000_000_000

export function isMailbox(value: string): boolean {
  return !('problem' in parseAddress(value))
}

/** `anna@example.com`, or `*@example.com` for all of a domain. */
export function isMailboxOrDomain(value: string): boolean {
  return isMailbox(value.replace(/^\*@/, 'anybody@'))
}

/** What leaving it out means stands with each: no text, no item, or a fallback. */
type Defaulted<Out, In = Out> = Shape<Out, In | undefined>

/** Those that are functions take the doc line of their option first. */
export interface Words {
  readonly text: (doc: string) => Defaulted<string>
  readonly path: (doc: string) => Defaulted<string>
  /** Of a web address that is asked. */
  readonly hook: (doc: string) => Defaulted<string>
  readonly file: (doc: string) => Shape<string>
  readonly secret: (doc: string) => Shape<string>
  readonly count: (doc: string, fallback: number, most?: number) => Defaulted<number>
  readonly ms: (doc: string, fallback: number, least?: number) => Defaulted<number>
  readonly list: (doc: string, item?: Shape<string>) => Defaulted<string[], readonly string[]>
  readonly sender: Shape<string>
  readonly domain: Shape<string>
  readonly mailbox: Shape<string>
  readonly address: Shape<string>
  readonly httpAddress: Shape<string>
  readonly url: Shape<string>
  readonly hash: Shape<string>
}

const isWebAddress = (value: string): boolean => URL.canParse(value) && /^https?:/i.test(value)

export function words(k: Kinds): Words {
  const refined = (wanted: string, good: (value: string) => boolean, more: object = {}) =>
    k
      .string()
      .refine(good)
      .meta({ wanted, ...more })
  return {
    text: (doc: string) => k.string().default('').describe(doc),
    path: (doc: string) => k.string().default('').meta({ description: doc, file: true }),
    hook: (doc: string) =>
      k
        .string()
        .refine(value => value === '' || isWebAddress(value))
        .default('')
        .meta({ description: doc, wanted: 'an https:// or http:// address' }),
    file: (doc: string) => k.string().min(1).meta({ description: doc, file: true }),
    secret: (doc: string) => k.string().min(1).meta({ description: doc, secret: true }),
    count: (doc: string, fallback: number, most: number = MOST) =>
      k.int().min(0).max(most).default(fallback).describe(doc),
    ms: (doc: string, fallback: number, least = 1) =>
      k
        .int()
        .min(least)
        .max(30 * DAY)
        .default(fallback)
        .describe(doc),
    list: (doc: string, item: Shape<string> = k.string().min(1)) => k.array(item).default([]).describe(doc),
    sender: refined('name@domain, *@domain, *@*.domain or *', value => senderPatternProblem(value) === undefined),
    domain: refined('a domain name, such as example.com', value => typeof parseDomain(value) === 'string'),
    mailbox: refined('an address, such as forum@example.com', isMailbox),
    address: refined(
      'address:port with /tls, /plain or /proxy behind it, such as 0.0.0.0:587 or [::]:465/tls',
      value => parseListenAddress(value) !== undefined,
    ),
    httpAddress: refined(
      'address:port/tls or address:port/plain, such as 0.0.0.0:443/tls or 127.0.0.1:8080/plain',
      value => parseHttpAddress(value) !== undefined,
    ),
    url: refined('an https:// or http:// address', isWebAddress, {
      description: 'The URL that events are posted to. Its path is not logged.',
      secret: true,
    }),
    hash: refined('$scrypt$ln=15,r=8,p=1$…', isSecretHash, {
      description: 'The password as `postrider user hash` prints it.',
      secret: true,
    }),
  }
}
