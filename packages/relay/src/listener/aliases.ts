/**
 * Aliases: names of ours that take mail of anybody, and the people elsewhere, or the endpoint, who get it.
 *
 * Policy. A name holds in each domain of ours, an address for itself; both in any case. Mail is refused while its sender listens, or forwarded: nothing that was taken is dropped, and
 * the sender is never answered by mail.
 *
 * Not here: whether the mail is what it says to be, and the way on (the mailer), posting (webhook/), return addresses (inbound-policy.ts).
 */
import { Buffer } from 'node:buffer'
import { type Address, type Logger, type Mailer, printAddress } from '@postrider/core'
import { type Reply, refuse } from '../admission/index.ts'
import type { Peer } from './smtp-policy.ts'
import type { Transaction } from './transaction.ts'

/** Where mail is posted to. */
export interface AliasEndpoint {
  readonly url: string
  readonly secret: string
  readonly previousSecret?: string | undefined
}

/** Posts mail, and says what the endpoint made of it. */
export interface AliasPoster {
  post(
    endpoint: AliasEndpoint,
    mail: { readonly mail: Buffer; readonly to: string },
  ): Promise<{
    readonly result: 'taken' | 'refused' | 'later' | 'busy'
    readonly id: string
    readonly answer: string
  }>
}

/** A name, and who gets its mail: people, or an endpoint. */
export interface Aliased {
  readonly name: string
  readonly to: readonly string[]
  readonly webhook?: AliasEndpoint | undefined
}

export interface AliasSettings {
  readonly aliases: AliasIndex
  /** Where a name without a domain holds. */
  readonly domains: readonly string[]
  /** Who hears that mail could not be forwarded. */
  readonly operator: string
  /** Whose key seals what is forwarded; none does. */
  readonly seal?: string | undefined
}

/** By lower-case name; the first of a name holds. Made once, and asked for each recipient. */
export type AliasIndex = ReadonlyMap<string, { readonly alias: Aliased; readonly place: number }>

export function indexAliases(aliases: readonly Aliased[]): AliasIndex {
  const index = new Map<string, { readonly alias: Aliased; readonly place: number }>()
  for (const [place, alias] of aliases.entries()) {
    const name = alias.name.toLowerCase()
    if (!index.has(name)) index.set(name, { alias, place })
  }
  return index
}

/** Who gets the mail to an address; undefined: it is no alias. `name+anything` is `name`, where that is no alias itself (RFC 5233). */
export function findAlias({ local, domain }: Address, { aliases, domains }: AliasSettings): Aliased | undefined {
  const [name, host] = [local.toLowerCase(), domain.toLowerCase()]
  const isOurs = domains.some(own => own.toLowerCase() === host)
  const named = (local: string): Aliased | undefined => {
    const own = aliases.get(`${local}@${host}`)
    const anywhere = isOurs ? aliases.get(local) : undefined
    if (own === undefined || anywhere === undefined) return (own ?? anywhere)?.alias
    return own.place < anywhere.place ? own.alias : anywhere.alias
  }
  return named(name) ?? (name.indexOf('+') > 0 ? named(name.slice(0, name.indexOf('+'))) : undefined)
}

export interface Forwarded {
  readonly content: Uint8Array
  readonly alias: Aliased
  readonly transaction: Transaction
  readonly peer: Peer
}

const REFUSALS = {
  loop: 'mail-loop',
  unusable: 'malformed',
  'dmarc-reject': 'dmarc-reject',
  'try-later': 'auth-trouble',
} as const

export interface AliasPorts {
  readonly mailer: Pick<Mailer, 'forward' | 'authenticate'>
  readonly operator: string
  readonly seal?: string | undefined
  readonly logger: Logger
  readonly poster: AliasPoster
}

export async function forwardAliased(
  { content, alias, transaction, peer }: Forwarded,
  ports: AliasPorts,
): Promise<Reply> {
  const [recipient] = transaction.recipients
  if (recipient === undefined) return refuse('rcpt-first')
  const to = printAddress(recipient.address)
  const from = transaction.sender === null ? null : printAddress(transaction.sender)
  const client = { address: peer.address, helo: peer.hello }
  const about = { event: 'alias', session: peer.id, transaction: transaction.id, address: peer.address, from, to }
  const { mailer, operator, seal, logger } = ports
  if (alias.webhook !== undefined)
    return postAliased(content, { from, client, to, about, endpoint: alias.webhook }, ports)
  const recipients = alias.to
  const done = await mailer.forward(content, {
    to,
    recipients,
    operator,
    from,
    client,
    ...(seal !== undefined && { seal }),
  })
  if (done.result !== 'forwarded') {
    logger.info({ ...about, because: done.result }, 'mail to an alias was refused')
    return refuse(REFUSALS[done.result])
  }
  logger.info({ ...about, id: done.id, dmarc: done.dmarc, recipients }, 'mail to an alias goes on')
  return { code: 250, enhanced: '2.0.0', text: `Taken as ${done.id}` }
}

interface Posting {
  readonly from: string | null
  readonly client: { readonly address: string; readonly helo: string }
  readonly to: string
  readonly about: object
  readonly endpoint: AliasEndpoint
}

/** While its sender waits: it keeps the mail until the endpoint has it. */
async function postAliased(
  content: Uint8Array,
  { from, client, to, about, endpoint }: Posting,
  { mailer, poster, logger }: AliasPorts,
): Promise<Reply> {
  const judged = await mailer.authenticate(content, { from, client })
  if (judged.result !== 'acceptable') {
    logger.info({ ...about, because: judged.result }, 'mail to an alias was refused')
    return refuse(REFUSALS[judged.result])
  }
  const { result, id, answer } = await poster.post(endpoint, { mail: Buffer.from(judged.mail), to })
  const host = new URL(endpoint.url).origin
  logger[result === 'taken' ? 'info' : 'warn']({ ...about, id, endpoint: host, answer }, 'mail to an alias was posted')
  if (result === 'taken') return { code: 250, enhanced: '2.0.0', text: `Taken as ${id}` }
  return refuse(result === 'refused' ? 'not-wanted' : 'endpoint-later')
}
