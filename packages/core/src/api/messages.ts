/**
 * Messages: a look back over all messages, finished ones and those that wait.
 *
 * Policy. No filter is refused for what it costs: a page is what was found in a bounded time, and says where the next one begins.
 *
 * Not here: changing what waits (queue-admin.ts), what a filter means (queue/history.ts).
 */

import type { Buffer } from 'node:buffer'
import { FAILURE_CODES } from '../language/failures.ts'
import { parseAddress, printAddress, requireDomain } from '../model/address.ts'
import { WAYS_IN, type WayIn } from '../model/card.ts'
import type { MailerError } from '../model/error.ts'
import type { FailureCode } from '../model/failure.ts'
import { MESSAGE_STATES, type MessageState } from '../model/message-state.ts'
import { isQueueId, leastQueueId, type QueueId } from '../model/queue-id.ts'
import { type Kind, shown, wrongValue } from '../model/wrong-value.ts'
import type { HistoryQuery, KnownKey, MessagePage, QueueEntry, QueueStore } from '../queue/index.ts'
import { check, checkKeys } from './arguments.ts'
import { type ErasedPerson, type ErasePorts, erasePerson } from './erase.ts'
import type { EraseOptions } from './requests.ts'

/** Which messages; a message has to fit every part that is given. */
export interface MessageFilter {
  /** Of a recipient: the one that `to` and `domain` mean, where they are given. `held` is what waits and is held. */
  readonly state?: MessageState
  /** The address of a recipient. */
  readonly to?: string
  /** The domain of a recipient. */
  readonly domain?: string
  /** Part of the sender address, the reverse-path. */
  readonly from?: string
  /** The account of the relay that handed it over. */
  readonly account?: string
  /** All of them. */
  readonly tags?: Readonly<Record<string, string>>
  /** The way it came in. */
  readonly via?: WayIn
  /** The Message-ID header, with or without angle brackets. */
  readonly messageId?: string
  /** Part of the subject; nothing is found by it where `queue.cards` was off. */
  readonly subject?: string
  /** An attempt failed with it. */
  readonly code?: FailureCode
  /** The name of a mail host that it was tried at; with `code`, the one where it failed so. */
  readonly host?: string
  /** Came in at this moment or later. */
  readonly since?: Date | number
  /** Came in before this moment. */
  readonly before?: Date | number
  /** At most so many, 1 to 500; fewer where they have thousands of recipients. @default 100 */
  readonly limit?: number
  /** `next` of the page before. */
  readonly after?: QueueId
}

const FILTER = {
  state: 'string',
  to: 'string',
  domain: 'string',
  from: 'string',
  account: 'string',
  tags: 'object',
  via: 'string',
  messageId: 'string',
  subject: 'string',
  code: 'string',
  host: 'string',
  since: 'any',
  before: 'any',
  limit: 'count',
  after: 'string',
} as const satisfies Record<keyof MessageFilter, Kind>

const USUAL_LIMIT = 100
const LONGEST_PAGE = 500
/** How long one page may be looked for. */
const WITHIN_MS = 30
/** Above every id. */
const ABOVE_ALL = '~'
/** The last moment that an id can hold. */
const LAST_MOMENT = 2 ** 48 - 1

type MessagesStore = Pick<QueueStore, 'messages' | 'findKeys' | 'keptContent'>

interface MessagesParts extends ErasePorts {
  readonly store: MessagesStore & ErasePorts['store']
}

/** The bytes of a message of which something waits. @throws MailerError `unknown-message` */
type OpenContent = (id: string) => Promise<Buffer | undefined>

/** All messages that are kept, those that are done too, newest first. */
export class Messages {
  readonly #parts: MessagesParts
  readonly #openContent: OpenContent

  constructor(parts: MessagesParts, openContent: OpenContent) {
    this.#parts = parts
    this.#openContent = openContent
  }

  /**
   * The bytes of a message: while something of it waits, and for `queue.keepContentMs` when it is done, as far as there is room for them.
   * @throws MailerError `unknown-message`, `queue-unavailable`
   */
  async content(id: string): Promise<Buffer | undefined> {
    // It throws for an id that is none.
    const open = await this.#openContent(id)
    return open ?? this.#parts.store.keptContent(id as QueueId, this.#parts.clock.now())
  }

  /**
   * Newest first: what fits of what could be looked through in about 40 milliseconds, and where the next page begins. A page may have
   * fewer than `limit`, or none, and still a `next`. What another process has just accepted and is trying for the first time
   * may be missing until that attempt ends.
   * @throws MailerError `invalid-option`, `invalid-address`, `queue-unavailable`
   */
  async list(filter: MessageFilter = {}): Promise<MessagePage> {
    return this.#parts.store.messages(queryOf(filter))
  }

  /** What was accepted under this idempotency key, of this account or of none. @throws MailerError `queue-unavailable` */
  async findByKey(
    idempotencyKey: string,
    options: { readonly account?: string } = {},
  ): Promise<FirstOfKey | undefined> {
    check(idempotencyKey, 'string', 'idempotencyKey')
    checkKeys(options, { account: 'string' })
    return firstOf((await this.#parts.store.findKeys([idempotencyKey], options.account))[0])
  }

  /**
   * Takes an address out of all that is kept of messages that are done: recipients, senders, cards, kept content, facts. What waits is told
   * and not touched, and its suppression stays unless it is asked for.
   * @throws MailerError `invalid-address`, `invalid-option`, `queue-unavailable`
   */
  async erase(address: string, options: EraseOptions = {}): Promise<ErasedPerson> {
    return erasePerson(address, options, this.#parts)
  }

  /** All that fit, newest first, read page by page as long as they are asked for. @throws MailerError as `list` */
  async *all(filter: Omit<MessageFilter, 'limit' | 'after'> = {}): AsyncGenerator<QueueEntry, void, undefined> {
    let page = await this.list(filter)
    for (;;) {
      yield* page.messages
      if (page.next === undefined) return
      page = await this.list({ ...filter, after: page.next })
    }
  }
}

/** The message that was accepted first under an idempotency key. */
export interface FirstOfKey {
  /** Its queue id. */
  readonly id: QueueId
  /** What the key stands for. */
  readonly fingerprint: string
}

export function firstOf(known: KnownKey | undefined): FirstOfKey | undefined {
  return known && { id: known.id, fingerprint: known.digest }
}

function queryOf(filter: MessageFilter): HistoryQuery {
  checkKeys(filter, FILTER, 'filter')
  const { state, to, domain, from, account, tags, via, messageId, subject, code, host } = filter
  const { limit = USUAL_LIMIT, after } = filter
  if (state !== undefined) requireOneOf(state, MESSAGE_STATES, 'state')
  if (code !== undefined) requireOneOf(code, Object.keys(FAILURE_CODES), 'code')
  if (via !== undefined) requireOneOf(via, WAYS_IN, 'via')
  if (limit < 1 || limit > LONGEST_PAGE) throw wrong('limit', limit, `a whole number from 1 to ${LONGEST_PAGE}`)
  if (after !== undefined && !isQueueId(after)) throw wrong('after', after, '`next` of a page before')
  for (const [name, value] of Object.entries(tags ?? {}))
    if (typeof value !== 'string') throw wrong(`tags.${name}`, value, 'a string')
  const below = filter.before === undefined ? ABOVE_ALL : leastQueueId(momentOf(filter.before, 'before'))
  return {
    least: filter.since === undefined ? '' : leastQueueId(momentOf(filter.since, 'since')),
    below: after !== undefined && after < below ? after : below,
    limit,
    withinMs: WITHIN_MS,
    ...(state !== undefined && { state }),
    ...(to !== undefined && { to: addressOf(to) }),
    ...(domain !== undefined && { domain: requireDomain(domain, 'filter.domain') }),
    ...(from !== undefined && { from }),
    ...(account !== undefined && { account }),
    ...(tags !== undefined && { tags }),
    ...(via !== undefined && { via }),
    ...(messageId !== undefined && { messageId: `<${messageId.replace(/^<|>$/g, '')}>` }),
    ...(subject !== undefined && { subject }),
    ...(code !== undefined && { code }),
    ...(host !== undefined && { host: host.toLowerCase() }),
  }
}

function addressOf(text: string): string {
  const address = parseAddress(text)
  if (!('problem' in address)) return printAddress(address).toLowerCase()
  throw wrongValue('invalid-address', {
    where: 'filter.to',
    found: shown(text),
    wanted: `an address, such as name@example.com: ${address.problem}`,
  })
}

function momentOf(value: unknown, name: string): number {
  const at = typeof value === 'number' ? value : value instanceof Date ? value.getTime() : Number.NaN
  if (at >= 0 && at <= LAST_MOMENT) return at
  throw wrong(name, value, 'a Date or milliseconds since 1970')
}

function requireOneOf(value: string, known: readonly string[], name: string): void {
  if (!known.includes(value)) throw wrong(name, value, `one of ${known.join(', ')}`)
}

function wrong(name: string, found: unknown, wanted: string): MailerError {
  return wrongValue('invalid-option', { where: `filter.${name}`, found: shown(found), wanted })
}
