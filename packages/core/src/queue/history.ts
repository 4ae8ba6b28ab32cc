/**
 * History: which messages a look back means, and the page that it gets: finished ones and those that wait, newest first.
 *
 * Policy. A store looks through messages in the order of their ids, in stretches, for a bounded time; then it answers what it has
 * found and where it stopped. It may sort out by any part of a filter what cannot fit; whether a message fits is decided here, so that all
 * stores mean the same.
 *
 * Not here: what the filters of the public function may be (api/messages.ts). Runs on every thread.
 */
import type { WayIn } from '../model/card.ts'
import type { MessageState } from '../model/message-state.ts'
import type { QueueEntry, QueueEntryRecipient } from './queue-entry.ts'
import { RECIPIENT_STATES } from './rows.ts'

export interface HistoryQuery {
  /** Ids from this one on, and below that one. */
  readonly least: string
  readonly below: string
  readonly limit: number
  /** How long a store may look; it looks through one stretch at least. */
  readonly withinMs: number
  /** Of a recipient; that recipient also has the address and the domain. */
  readonly state?: MessageState
  /** In lower case. */
  readonly to?: string
  readonly domain?: string
  /** Part of the reverse-path. */
  readonly from?: string
  readonly account?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly via?: WayIn
  /** With angle brackets. */
  readonly messageId?: string
  /** Part of it. */
  readonly subject?: string
  /** Of one of its facts, these two: they do not stand in a `QueueEntry`, and a store decides about them. */
  readonly code?: string
  /** In lower case. */
  readonly host?: string
}

/** Only what was tried has facts that say so. */
export function wantsFact({ code, host }: HistoryQuery): boolean {
  return code !== undefined || host !== undefined
}

/** A page of messages, newest first. */
export interface MessagePage {
  /** At most `limit` of them, each with its recipients. */
  readonly messages: readonly QueueEntry[]
  /** Where the next page begins (`after`); absent when there is none. A page may be empty and have one. */
  readonly next?: QueueEntry['id']
}

export interface MessageHistory {
  /**
   * Messages that are done or wait, newest first. What another process has just accepted and is trying for the first time may be
   * missing until that attempt ends.
   */
  messages(query: HistoryQuery): Promise<MessagePage>
}

/** A page ends early at so many recipients, so that it is small whatever its messages are. */
export const MOST_RECIPIENTS = 5_000

export function fits(entry: QueueEntry, query: HistoryQuery): boolean {
  const { account, from, via, messageId, subject, tags } = query
  if (account !== undefined && entry.account !== account) return false
  if (via !== undefined && entry.via !== via) return false
  if (messageId !== undefined && entry.messageId !== messageId) return false
  if (from !== undefined && !isPart(from, entry.from)) return false
  if (subject !== undefined && !isPart(subject, entry.card?.subject ?? '')) return false
  if (tags !== undefined && !Object.entries(tags).every(([name, value]) => entry.tags[name] === value)) return false
  return entry.recipients.some(recipient => isMeant(recipient, entry, query))
}

function isPart(part: string, text: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase())
}

function isMeant({ address, state }: QueueEntryRecipient, { held }: QueueEntry, query: HistoryQuery): boolean {
  const { to, domain } = query
  if (to !== undefined && address.toLowerCase() !== to) return false
  if (domain !== undefined && !address.endsWith(`@${domain}`)) return false
  if (query.state === undefined) return true
  const stands = held !== undefined && (state === 'waiting' || state === 'deferred') ? 'held' : state
  return stands === query.state
}

/** What columns must hold for a message to fit; `null`: whatever they hold. */
export interface WantedColumns {
  readonly account: string | null
  /** Part of the reverse-path in lower case. */
  readonly from: string | null
  /** Of one recipient, these three. */
  readonly domain: string | null
  readonly local: string | null
  /** Its place among RECIPIENT_STATES. */
  readonly state: number | null
  /** The message still has its content. */
  readonly open: boolean
}

export function wantedColumns({ account, from, to, domain, state }: HistoryQuery): WantedColumns {
  const at = to?.lastIndexOf('@') ?? -1
  const local = to?.slice(0, at)
  const open = isOpenState(state)
  return {
    account: account ?? null,
    from: from === undefined || hasOtherCases(from) ? null : from.toLowerCase(),
    domain: to === undefined ? (domain ?? null) : to.slice(at + 1),
    local: local === undefined || hasOtherCases(local) ? null : local,
    state: state === undefined || open ? null : (RECIPIENT_STATES as readonly string[]).indexOf(state),
    open,
  }
}

/** Only what still has its content can be in such a state. */
function isOpenState(state: MessageState | undefined): boolean {
  return state === 'waiting' || state === 'running' || state === 'deferred' || state === 'held'
}

/**
 * Texts in lower case that must stand in the JSON of a message, as `JSON.stringify` writes it, for the message to fit. Databases
 * differ in what they take for the lower case of other alphabets: what has letters of these is left out.
 */
export function metaNeedles({ messageId, subject, via, tags = {} }: HistoryQuery): readonly string[] {
  return sure([
    messageId === undefined ? undefined : inJson(messageId),
    subject === undefined ? undefined : inJson(subject),
    via === undefined ? undefined : `"via":"${via}"`,
    ...Object.entries(tags).map(tag => tag.map(text => JSON.stringify(text)).join(':')),
  ])
}

/** The same, in the JSON of the facts. */
export function factNeedles({ account, from, to, domain, code, host }: HistoryQuery): readonly string[] {
  return sure([
    code === undefined ? undefined : `"code":${JSON.stringify(code)}`,
    host === undefined ? undefined : `"host":${JSON.stringify(host)}`,
    account === undefined ? undefined : `"account":${JSON.stringify(account)}`,
    from === undefined ? undefined : inJson(from),
    to === undefined ? undefined : `${inJson(to)}"`,
    domain === undefined ? undefined : `@${inJson(domain)}"`,
  ])
}

function sure(needles: readonly (string | undefined)[]): readonly string[] {
  return needles.flatMap(needle => (needle === undefined || hasOtherCases(needle) ? [] : [needle.toLowerCase()]))
}

function hasOtherCases(text: string): boolean {
  return /[^\0-\x7f]/.test(text) && [...text].some(each => each > '\x7f' && each.toLowerCase() !== each.toUpperCase())
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)
