/**
 * Look: `GET /emails` and `GET /emails/:id`: what became of the mail of an account.
 *
 * Policy. Only the mail of the key's own account is shown; of any other it is as if there were none. The list is read back from the newest
 * fact, so that finished mail is in it too; one page looks back so far and no further, and then says that there is more. Subject, Cc and
 * content are not kept after a message is queued, and are shown as empty or null; all recipients stand in `to`.
 *
 * Not here: sending (send.ts), taking back (change.ts).
 */
import type {
  Clock,
  DurableFact,
  Mailer,
  NumberedFact,
  QueueEntry,
  QueueEntryRecipient,
  QueueId,
} from '@postrider/core'
import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { ApiError, invalid } from './api-error.ts'
import type { Caller } from './caller.ts'
import { queueIdOf, uuidOf } from './email-id.ts'

export interface LookPorts {
  readonly mailer: Pick<Mailer, 'explain' | 'readFacts' | 'newestFact' | 'queue'>
  readonly clock: Pick<Clock, 'now'>
}

const USUAL_LIMIT = 20
const MOST_LISTED = 100
const PAGE = 500
const LOOK_BACK = 20_000

type Facts = readonly DurableFact[]

export async function showEmail(request: HttpRequest, caller: Caller, ports: LookPorts): Promise<HttpAnswer> {
  const { entry, facts } = await findOwn(request.params.id ?? '', caller, ports)
  return { status: 200, value: { object: 'email', ...shown(entry, facts, ports.clock.now()), html: null, text: null } }
}

/** @throws ApiError 422 for what is no UUID, 404 for a message that is not there or another account's */
export async function findOwn(
  text: string,
  { account }: Caller,
  { mailer }: Pick<LookPorts, 'mailer'>,
): Promise<{ readonly id: QueueId; readonly entry: QueueEntry; readonly facts: Facts; readonly numbers: number[] }> {
  const id = queueIdOf(text)
  if (id === 'no-uuid') throw new ApiError(422, 'invalid_parameter', 'The `id` must be a valid UUID.')
  const story = id === undefined ? undefined : await mailer.explain(id).catch(unlessUnknown)
  if (id === undefined || story === undefined || story.entry.account !== account.name)
    throw new ApiError(404, 'not_found', 'Email not found')
  const { entry, facts } = story
  return { id, entry, facts: facts.map(({ fact }) => fact), numbers: facts.map(({ number }) => number) }
}

function unlessUnknown(error: unknown): undefined {
  if ((error as { readonly code?: string }).code !== 'unknown-message') throw error
  return undefined
}

export async function listEmails({ query }: HttpRequest, caller: Caller, ports: LookPorts): Promise<HttpAnswer> {
  const { limit, after, before } = readPage(query)
  const cursor = after ?? before
  const from = cursor === null ? undefined : (await findOwn(cursor, caller, ports)).numbers[0]
  const found = before === null ? await older(from, limit, caller, ports) : await newer(from ?? 0, limit, caller, ports)
  const data = await Promise.all(
    found.ids.map(async id => {
      const { entry, facts } = await ports.mailer.explain(id)
      const { message_id, topic_id, tags, ...item } = shown(
        entry,
        facts.map(({ fact }) => fact),
        ports.clock.now(),
      )
      return item
    }),
  )
  return { status: 200, value: { object: 'list', has_more: found.hasMore, data } }
}

function readPage(query: URLSearchParams) {
  const limit = Number(query.get('limit') ?? USUAL_LIMIT)
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_LISTED) throw invalid('limit: wanted 1 to 100')
  const after = query.get('after')
  const before = query.get('before')
  if (after !== null && before !== null) throw invalid('wanted `after` or `before`, not both')
  return { limit, after, before }
}

interface Found {
  readonly ids: readonly QueueId[]
  readonly hasMore: boolean
}

/** Those queued before that fact, or before now, newest first. */
async function older(before: number | undefined, limit: number, caller: Caller, { mailer }: LookPorts): Promise<Found> {
  const ids: QueueId[] = []
  let end = before ?? (await mailer.newestFact()) + 1
  const last = Math.max(0, end - LOOK_BACK)
  while (end > last + 1) {
    const after = Math.max(last, end - 1 - PAGE)
    const page = await mailer.readFacts({ after, limit: end - 1 - after })
    for (const id of ownOf(
      page.filter(({ number }) => number < end),
      caller,
    ).reverse()) {
      if (ids.length === limit) return { ids, hasMore: true }
      ids.push(id)
    }
    end = after + 1
  }
  return { ids, hasMore: last > 0 && ids.length > 0 }
}

/** Those queued after that fact, the oldest of them; newest first. */
async function newer(after: number, limit: number, caller: Caller, { mailer }: LookPorts): Promise<Found> {
  const ids: QueueId[] = []
  for (let at = after, read = 0; read < LOOK_BACK; read += PAGE) {
    const page = await mailer.readFacts({ after: at, limit: PAGE })
    if (page.length === 0) return { ids: ids.reverse(), hasMore: false }
    for (const id of ownOf(page, caller)) {
      if (ids.length === limit) return { ids: ids.reverse(), hasMore: true }
      ids.push(id)
    }
    at = page.at(-1)?.number ?? at
  }
  return { ids: ids.reverse(), hasMore: true }
}

function ownOf(page: readonly NumberedFact[], { account }: Caller): QueueId[] {
  return page.flatMap(({ fact }) => (fact.kind === 'queued' && fact.account === account.name ? [fact.messageId] : []))
}

function shown(entry: QueueEntry, facts: Facts, now: number) {
  const queued = facts.find(fact => fact.kind === 'queued')
  const isScheduled = eventOf(entry, facts, now) === 'scheduled'
  return {
    id: uuidOf(entry.id),
    message_id: queued?.header ?? '',
    from: entry.from,
    to: entry.recipients.map(({ address }) => address),
    cc: null,
    bcc: null,
    reply_to: null,
    subject: '',
    created_at: new Date(entry.acceptedAt).toISOString(),
    scheduled_at: isScheduled && entry.dueAt !== undefined ? new Date(entry.dueAt).toISOString() : null,
    last_event: eventOf(entry, facts, now),
    tags: Object.entries(entry.tags).map(([name, value]) => ({ name, value })),
    topic_id: null,
  }
}

type LastEvent =
  | 'bounced'
  | 'canceled'
  | 'complained'
  | 'delivered'
  | 'delivery_delayed'
  | 'queued'
  | 'scheduled'
  | 'suppressed'

/** Of several recipients, the worst that happened to one. */
function eventOf(entry: QueueEntry, facts: Facts, now: number): LastEvent {
  if (facts.some(({ kind }) => kind === 'complained')) return 'complained'
  const states = entry.recipients.map(({ state }) => state)
  if (states.includes('bounced') || states.includes('expired'))
    return isOnlySuppressed(entry.recipients, facts) ? 'suppressed' : 'bounced'
  if (isScheduled(entry, now)) return 'scheduled'
  if (states.includes('deferred')) return 'delivery_delayed'
  if (states.includes('waiting') || states.includes('running')) return 'queued'
  return states.includes('delivered') ? 'delivered' : 'canceled'
}

export function isScheduled({ dueAt, recipients, held }: QueueEntry, now: number): boolean {
  const untried = recipients.some(({ state }) => state === 'waiting')
  return held === undefined && untried && recipients.every(({ attempts }) => attempts === 0) && (dueAt ?? 0) > now
}

/** Suppressed beforehand, and so never tried. */
function isOnlySuppressed(recipients: readonly QueueEntryRecipient[], facts: Facts): boolean {
  const ended = recipients.filter(({ state }) => state === 'bounced' || state === 'expired')
  const rules = facts.flatMap(fact => (fact.kind === 'bounced' ? [fact.rule] : []))
  return ended.length === rules.length && rules.every(rule => rule === 'queue.suppressed')
}
