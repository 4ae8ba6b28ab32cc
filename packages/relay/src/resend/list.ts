/**
 * List: `GET /emails`: the mail of an account, finished or not, newest first, page by page in both directions.
 *
 * Policy. The contract knows pages by the id at their edge and by nothing else, so a page that is not the last is never empty: it is
 * looked for until it has something. Resend lists whatever there is; a few filters are ours (`state`, `to`, `domain`, `from`, `subject`,
 * `tag`, `created_after`, `created_before`), because a list that cannot be narrowed is read whole by who needs one mail of it.
 *
 * Not here: one mail (look.ts), what a filter means (the mailer's look back).
 */
import type { MessageFilter, QueueEntry, QueueId } from '@postrider/core'
import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { madeAt } from '../uuid/index.ts'
import { invalid } from './api-error.ts'
import type { Caller } from './caller.ts'
import { findOwn, type LookPorts, shown } from './look.ts'
import { readPage } from './page.ts'
import { refusingWrong } from './refusing-wrong.ts'

/** How long a page that has something already is looked on for. */
const LOOK_MS = 1000
/** Newer mail is looked for in stretches of time that grow. */
const FIRST_STRETCH_MS = 1000
const GROWTH = 4
const PAGE = 500

type Filter = Omit<MessageFilter, 'limit' | 'after'>

interface Wanted {
  readonly filter: Filter
  readonly limit: number
  readonly signal: AbortSignal
}

interface Found {
  /** Newest first. */
  readonly entries: readonly QueueEntry[]
  readonly hasMore: boolean
}

export async function listEmails(request: HttpRequest, caller: Caller, ports: LookPorts): Promise<HttpAnswer> {
  const { query, signal } = request
  const { limit, after, before } = readPage(query)
  const wanted: Wanted = { filter: readFilter(query, caller), limit, signal }
  const edge = after ?? before
  const cursor = edge === null ? undefined : (await findOwn(edge, caller, ports)).id
  const { entries, hasMore } = await refusingWrong(['invalid-option', 'invalid-address'], () =>
    before === null || cursor === undefined ? older(cursor, wanted, ports) : newer(cursor, wanted, ports),
  )
  const data = await Promise.all(
    entries.map(async entry => {
      const facts = (await ports.mailer.explain(entry.id)).facts.map(({ fact }) => fact)
      const { message_id, topic_id, tags, ...item } = shown(entry, facts, ports.clock.now())
      return item
    }),
  )
  return { status: 200, value: { object: 'list', has_more: hasMore, data } }
}

/** @throws ApiError 422 */
function readFilter(query: URLSearchParams, { account }: Caller): Filter {
  const texts = ['state', 'to', 'domain', 'from', 'subject'].flatMap(name => {
    const value = query.get(name)
    return value === null ? [] : [[name, value] as const]
  })
  const tag = query.get('tag')
  const [name = '', ...value] = tag?.split('=') ?? []
  if (tag !== null && (name === '' || value.length === 0)) throw invalid('tag: wanted name=value')
  return {
    ...(Object.fromEntries(texts) as Filter),
    account: account.name,
    ...(tag !== null && { tags: { [name]: value.join('=') } }),
    ...momentOf(query, 'created_after', 'since'),
    ...momentOf(query, 'created_before', 'before'),
  }
}

function momentOf(query: URLSearchParams, name: string, key: 'since' | 'before'): Filter {
  const text = query.get(name)
  if (text === null) return {}
  const at = Date.parse(text)
  if (!Number.isNaN(at)) return { [key]: at }
  throw invalid(`${name}: found ${JSON.stringify(text.slice(0, 40))}, wanted a moment such as 2026-12-24T09:00:00Z`)
}

/** Those before that one, or before now. */
async function older(cursor: QueueId | undefined, { filter, limit, signal }: Wanted, ports: LookPorts): Promise<Found> {
  const { mailer, clock } = ports
  const until = clock.monotonic() + LOOK_MS
  const entries: QueueEntry[] = []
  for (let after = cursor; ; ) {
    const page = await mailer.messages.list({ ...filter, limit: limit + 1, ...(after !== undefined && { after }) })
    entries.push(...page.messages)
    if (entries.length > limit) return { entries: entries.slice(0, limit), hasMore: true }
    after = page.next
    if (after === undefined) return { entries, hasMore: false }
    signal.throwIfAborted()
    if (entries.length > 0 && clock.monotonic() >= until) return { entries, hasMore: true }
  }
}

/** The oldest of those after that one. */
async function newer(cursor: QueueId, wanted: Wanted, { mailer, clock }: LookPorts): Promise<Found> {
  const { filter, limit, signal } = wanted
  const entries: QueueEntry[] = []
  const end = typeof filter.before === 'number' ? filter.before : clock.now() + FIRST_STRETCH_MS
  const first = Math.max(madeAt(cursor), typeof filter.since === 'number' ? filter.since : 0)
  for (let since = first, stretch = FIRST_STRETCH_MS; since < end && entries.length <= limit; stretch *= GROWTH) {
    const before = Math.min(since + stretch, end)
    const stretched: QueueEntry[] = []
    for (let after: QueueId | undefined; ; ) {
      const page = await mailer.messages.list({
        ...filter,
        since,
        before,
        limit: PAGE,
        ...(after !== undefined && { after }),
      })
      stretched.push(...page.messages.filter(({ id }) => id > cursor))
      // The oldest of a stretch are wanted: what is newer than a page of them is looked at again, if ever.
      stretched.splice(0, stretched.length - limit - 1)
      after = page.next
      if (after === undefined) break
      signal.throwIfAborted()
    }
    entries.unshift(...stretched)
    since = before
  }
  return { entries: entries.slice(-limit), hasMore: entries.length > limit }
}
