/**
 * Look: `GET /emails/:id`: what became of a mail of an account.
 *
 * Policy. Only the mail of the key's own account is shown; of any other it is as if there were none. Subject and names are those of its
 * card; where none was kept, the subject is empty and all recipients stand in `to`. What it says is shown to keys with the scope `content`.
 *
 * Not here: lists (list.ts), sending (send.ts), taking back (change.ts).
 */
import {
  type Clock,
  type DurableFact,
  type Mailer,
  mailReader,
  type QueueEntry,
  type QueueEntryRecipient,
  type QueueId,
} from '@postrider/core'
import { mayDo } from '../key/index.ts'
import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { queueIdOf, uuidOf } from '../uuid/index.ts'
import { ApiError } from './api-error.ts'
import type { Caller } from './caller.ts'

export interface LookPorts {
  readonly mailer: Pick<Mailer, 'explain' | 'messages' | 'queue'>
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
}

type Facts = readonly DurableFact[]

export async function showEmail(request: HttpRequest, caller: Caller, ports: LookPorts): Promise<HttpAnswer> {
  const { id, entry, facts } = await findOwn(request.params.id ?? '', caller, ports)
  const value = {
    object: 'email',
    ...shown(entry, facts, ports.clock.now()),
    ...(await bodyOf({ id, entry, caller }, ports)),
  }
  return { status: 200, value }
}

/** Larger messages are shown without their body: a look must cost no more memory than a mail. */
const LARGEST_SHOWN = 4 * 2 ** 20

interface Body {
  readonly html: string | null
  readonly text: string | null
}

interface Wanted {
  readonly id: QueueId
  readonly entry: QueueEntry
  readonly caller: Caller
}

/**
 * What a mail says, while it waits and as long as it is kept (`queue.keepContentMs`), to a key that may read that. `null`, as of a part that a mail
 * has not, when its bytes are gone.
 */
async function bodyOf({ id, entry, caller }: Wanted, { mailer }: Pick<LookPorts, 'mailer'>): Promise<Body> {
  const isShown = mayDo(caller.key, 'content') && entry.sizeBytes <= LARGEST_SHOWN
  const raw = isShown ? await mailer.messages.content(id).catch(unlessUnknown) : undefined
  if (raw === undefined) return { html: null, text: null }
  const { html, text } = (await mailReader()).readMessage(raw)
  return { html: html ?? null, text: text ?? null }
}

/** @throws ApiError 422 for what is no UUID, 404 for a message that is not there or another account's */
export async function findOwn(
  text: string,
  { account }: Caller,
  { mailer }: Pick<LookPorts, 'mailer'>,
): Promise<{ readonly id: QueueId; readonly entry: QueueEntry; readonly facts: Facts }> {
  const id = queueIdOf(text)
  if (id === 'no-uuid') throw new ApiError(422, 'invalid_parameter', 'The `id` must be a valid UUID.')
  const story = id === undefined ? undefined : await mailer.explain(id).catch(unlessUnknown)
  if (id === undefined || story === undefined || story.entry.account !== account.name)
    throw new ApiError(404, 'not_found', 'Email not found')
  const { entry, facts } = story
  return { id, entry, facts: facts.map(({ fact }) => fact) }
}

function unlessUnknown(error: unknown): undefined {
  if ((error as { readonly code?: string }).code !== 'unknown-message') throw error
  return undefined
}

export function shown(entry: QueueEntry, facts: Facts, now: number): ShownEmail {
  const { card } = entry
  const isScheduled = eventOf(entry, facts, now) === 'scheduled'
  return {
    id: uuidOf(entry.id),
    message_id: entry.messageId ?? '',
    from: card?.from ?? entry.from,
    ...namedRecipients(entry),
    reply_to: null,
    subject: card?.subject ?? '',
    created_at: new Date(entry.acceptedAt).toISOString(),
    scheduled_at: isScheduled && entry.dueAt !== undefined ? new Date(entry.dueAt).toISOString() : null,
    last_event: eventOf(entry, facts, now),
    tags: Object.entries(entry.tags).map(([name, value]) => ({ name, value })),
    topic_id: null,
  }
}

interface ShownEmail extends NamedRecipients {
  readonly id: string
  readonly message_id: string
  readonly from: string
  readonly reply_to: null
  readonly subject: string
  readonly created_at: string
  readonly scheduled_at: string | null
  readonly last_event: LastEvent
  readonly tags: readonly { readonly name: string; readonly value: string }[]
  readonly topic_id: null
}

/** Each recipient where the header has it; one that no field has was in none. */
function namedRecipients({ card, recipients }: QueueEntry): NamedRecipients {
  const isAll = card?.to !== undefined && !card.to.endsWith(CUT) && !card.cc?.endsWith(CUT)
  const named = { to: wordsOf(card?.to), cc: wordsOf(card?.cc) }
  const placeOf = (address: string): keyof NamedRecipients => {
    if (named.to.has(address)) return 'to'
    if (named.cc.has(address)) return 'cc'
    return isAll ? 'bcc' : 'to'
  }
  const {
    to = [],
    cc = null,
    bcc = null,
  } = Object.groupBy(
    recipients.map(({ address }) => address),
    address => placeOf(address.toLowerCase()),
  )
  return { to, cc, bcc }
}

interface NamedRecipients {
  readonly to: readonly string[]
  readonly cc: readonly string[] | null
  readonly bcc: readonly string[] | null
}

/** Each address is one of them. */
function wordsOf(field = ''): ReadonlySet<string> {
  return new Set(field.toLowerCase().split(/[\s<>,;:"]+/))
}

/** How a field ends of which the card has not all. */
const CUT = '…'

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
