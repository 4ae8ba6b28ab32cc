/**
 * Messages: a look back over all messages, finished ones and those that wait.
 *
 * Policy. No filter is refused for what it costs: a page is what was found in a bounded time, and says where the next one begins.
 *
 * Not here: changing what waits (queue-admin.ts), what a filter means (queue/history.ts).
 */
import { parseAddress, printAddress, requireDomain } from '../model/address.ts'
import { WAYS_IN, type WayIn } from '../model/card.ts'
import type { MailerError } from '../model/error.ts'
import { isQueueId, leastQueueId, type QueueId } from '../model/queue-id.ts'
import { type Kind, shown, wrongValue } from '../model/wrong-value.ts'
import {
  type HistoryQuery,
  MESSAGE_STATES,
  type MessageHistory,
  type MessagePage,
  type MessageState,
  type QueueEntry,
} from '../queue/index.ts'
import { checkKeys } from './arguments.ts'

export interface MessageFilter {
  /** Of a recipient: the one that `to` and `domain` mean, where they are given. `held` is what waits and is held. */
  readonly state?: MessageState
  /** The address of a recipient. */
  readonly to?: string
  /** The domain of a recipient. */
  readonly domain?: string
  /** Part of the sender address, the reverse-path. */
  readonly from?: string
  readonly account?: string
  /** All of them. */
  readonly tags?: Readonly<Record<string, string>>
  readonly via?: WayIn
  /** The Message-ID header, with or without angle brackets. */
  readonly messageId?: string
  /** Part of the subject; nothing is found by it where `queue.cards` was off. */
  readonly subject?: string
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
  since: 'any',
  before: 'any',
  limit: 'count',
  after: 'string',
} as const satisfies Record<keyof MessageFilter, Kind>

const USUAL_LIMIT = 100
const LONGEST_PAGE = 500
/** How long one page may be looked for. */
const WITHIN_MS = 40
/** Above every id. */
const ABOVE_ALL = '~'
/** The last moment that an id can hold. */
const LAST_MOMENT = 2 ** 48 - 1

export class Messages {
  readonly #history: MessageHistory

  constructor(history: MessageHistory) {
    this.#history = history
  }

  /**
   * Newest first: what fits of what could be looked through in about 40 milliseconds, and where the next page begins. A page may have
   * fewer than `limit`, or none, and still a `next`. What another process has just accepted and is trying for the first time
   * may be missing until that attempt ends.
   * @throws MailerError `invalid-option`, `invalid-address`, `queue-unavailable`
   */
  async list(filter: MessageFilter = {}): Promise<MessagePage> {
    return this.#history.messages(queryOf(filter))
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

function queryOf(filter: MessageFilter): HistoryQuery {
  checkKeys(filter, FILTER, 'filter')
  const { state, to, domain, from, account, tags, via, messageId, subject, limit = USUAL_LIMIT, after } = filter
  if (state !== undefined) requireOneOf(state, MESSAGE_STATES, 'state')
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
