/**
 * Story: everything that happened to one message, in order and in plain sentences, and what happens next. What
 * `explain(id)` shows.
 *
 * Policy. A pure view of durable facts: what is not a fact is not told. A failure says what the host said, what that means,
 * and what can be done about it.
 *
 * Not here: the sentences (language/story.ts), colours, local time, tables (the CLI).
 */
import { failureText } from '../language/reply-hints.ts'
import { type STORY, say } from '../language/story.ts'
import type { DurableFact, NumberedFact } from '../model/fact.ts'
import type { QueueId } from '../model/queue-id.ts'
import { fromText } from './from-text.ts'
import { span } from './span.ts'

/** One thing that happened, in words. */
export interface StoryLine {
  /** Milliseconds since 1970; in the future for what happens next. */
  readonly at: number
  /** One sentence, in the language that was asked for. */
  readonly text: string
  /** Further lines, joined by line ends. */
  readonly detail?: string
}

/** What the queue knows of the message now. */
export interface StoryEntry {
  readonly id: QueueId
  readonly expiresAt: number
  /** Why it is held, when it is. */
  readonly held?: string
  readonly dueAt?: number
  readonly recipients: readonly StoryRecipient[]
  /** Recipient domains that get nothing for now, because their mail site is paused. */
  readonly pauses?: ReadonlyMap<string, StoryPause>
  /** Recipient domains that were never tried, because their turn has not come. */
  readonly waits?: ReadonlyMap<string, StoryPause>
}

interface StoryRecipient {
  readonly address: string
  readonly state: string
  readonly attempts: number
}

export interface StoryPause {
  readonly site: string
  readonly until: number
  readonly because: string
}

/** What can be done, by id. */
export type Remedies = (id: string) => string | undefined

export function tellStory(
  facts: readonly NumberedFact[],
  entry: StoryEntry | undefined,
  remedies: Remedies = () => undefined,
): readonly StoryLine[] {
  const ordered = [...facts].sort((a, b) => a.number - b.number).map(({ fact }) => fact)
  const lines = ordered.map(fact => lineOf(fact, remedies))
  return entry === undefined ? lines : [...lines, ...endingsOf(entry, ordered, remedies)]
}

function lineOf(fact: DurableFact, remedies: Remedies): StoryLine {
  const detail = detailOf(fact, remedies)
  return { at: fact.at, text: sentence(fact), ...(detail.length > 0 && { detail: detail.join('\n') }) }
}

function sentence(fact: DurableFact): string {
  switch (fact.kind) {
    case 'queued':
      return say('queued', {
        from: fact.from || '<>',
        recipients: list(fact.recipients),
        size: size(fact.sizeBytes),
      })
    case 'delivered': {
      const { recipient, tookMs } = fact
      return say('delivered', { recipient, host: where(fact), over: over(fact), after: span(tookMs) })
    }
    case 'deferred': {
      const { recipient, attempt, nextAttemptAt: next } = fact
      const failed = fact.host === undefined ? say('where.before') : say('where.at', { host: where(fact) })
      const again = { time: time(next), wait: span(next - fact.at) }
      return say('deferred', { attempt, recipient, where: failed, detail: trim(failureText(fact)), ...again })
    }
    case 'delayed':
      return say('delayed', { recipient: fact.recipient, time: span(fact.sinceMs) })
    case 'bounced': {
      const { recipient, attempt } = fact
      const refused = fact.host === undefined ? say('where.before') : say('where.by', { host: where(fact) })
      return say('bounced', { recipient, where: refused, attempt, detail: trim(failureText(fact)) })
    }
    case 'expired':
      return say('expired', { recipient: fact.recipient, count: fact.attempt, detail: trim(failureText(fact)) })
    case 'cancelled':
      return say('cancelled', { recipient: fact.recipient })
    case 'uncertain':
      return say(`uncertain.${fact.because}`, { recipients: list(fact.recipients) })
    case 'complained': {
      const { recipient, feedback, reporter } = fact
      return reporter === undefined
        ? say('complained', { recipient, feedback })
        : say('complained.from', { recipient, feedback, reporter: trim(reporter) })
    }
    case 'returned': {
      const { recipient, host, detail } = fact
      const told =
        host === undefined
          ? say('returned', { recipient, detail: trim(detail) })
          : say('returned.by', { recipient, host, detail: trim(detail) })
      return andPassedOn(told, fact.passedOn)
    }
    case 'auto-replied':
      return andPassedOn(say(`auto-replied.${fact.what}`, { recipient: fact.recipient }), fact.passedOn)
    case 'unsubscribed':
      return say('unsubscribed', { recipient: fact.recipient })
    case 'suppressed':
      return say('suppressed', { recipient: fact.recipient, time: time(fact.until) })
    case 'held':
      return say('held', { because: trim(fact.because) })
    case 'released':
      return say('released')
    case 'rescheduled':
      return say('rescheduled', { time: time(fact.dueAt) })
    case 'notice-queued':
      return say('notice-queued', { notice: fact.notice, to: fact.to, id: fact.noticeId })
  }
  return fact satisfies never
}

function detailOf(fact: DurableFact, remedies: Remedies): readonly string[] {
  switch (fact.kind) {
    case 'queued':
      return [
        ...(fact.notBefore === undefined ? [] : [say('detail.not-before', { time: time(fact.notBefore) })]),
        ...fact.clearance.checks
          .filter(({ level }) => level === 'warn' || level === 'fail')
          .map(({ id, found, fix }) =>
            say(fix === undefined ? 'detail.preflight' : 'detail.preflight-fix', { id, found, fix: fix ?? '' }),
          ),
      ]
    case 'delivered':
      return [
        ...(fact.reply === undefined ? [] : [say('detail.said', { reply: fact.reply })]),
        ...fromText(fact.leftFrom),
        ...(fact.transcript ?? []),
      ]
    case 'deferred':
    case 'bounced':
    case 'expired':
      return [
        ...(fact.reply === undefined ? [] : [say('detail.said', { reply: fact.reply })]),
        say('detail.judged', {
          rule: fact.rule,
          code: fact.code,
          permanence: say(`permanence.${fact.permanence}`),
          stage: fact.stage,
        }),
        ...fromText(fact.leftFrom),
        ...(fact.fellBackToPlain === undefined ? [] : [say('detail.plain', { why: fact.fellBackToPlain })]),
        ...(fact.remedy === undefined ? [] : [remedyLine(fact.remedy, remedies)]),
        ...(fact.transcript ?? []),
      ]
    case 'returned':
      return [
        ...(fact.reply === undefined ? [] : [say('detail.said', { reply: fact.reply })]),
        say('detail.returned', { rule: fact.rule, code: fact.code }),
        ...(fact.proven ? [] : [say('detail.unproven')]),
        ...(fact.remedy === undefined ? [] : [remedyLine(fact.remedy, remedies)]),
      ]
    case 'suppressed':
      return [say('detail.rule', { rule: fact.rule })]
    default:
      return []
  }
}

function endingsOf(entry: StoryEntry, facts: readonly DurableFact[], remedies: Remedies): readonly StoryLine[] {
  const open = entry.recipients.filter(({ state }) => ['waiting', 'running', 'deferred'].includes(state))
  const now = facts.at(-1)?.at ?? 0
  if (open.length === 0) return [{ at: now, text: say('end.done', { tally: tally(entry) }) }]
  const who = namesOf(open)
  if (entry.held !== undefined) {
    const detail = say('detail.release', { id: entry.id })
    return [
      {
        at: now,
        text: say('end.held', { recipients: who, because: trim(entry.held) }),
        detail,
      },
    ]
  }
  const paused = Map.groupBy(open, recipient => pauseOf(entry, recipient))
  const free = paused.get(undefined) ?? []
  paused.delete(undefined)
  const waits = [...paused].map(([pause, recipients]) => pausedLine(entry, pause as StoryPause, recipients))
  if (free.length === 0) return waits
  if (free.every(({ state }) => state === 'running')) {
    return [{ at: now, text: say('end.running', { recipients: namesOf(free) }) }, ...waits]
  }
  const last = facts.findLast(fact => fact.kind === 'deferred')
  const at = entry.dueAt ?? now
  const attempt = { recipients: namesOf(free), time: time(at) }
  const text =
    last?.kind === 'deferred'
      ? say('end.next-because', { ...attempt, detail: trim(failureText(last)) })
      : say('end.next', attempt)
  const detail = [
    say('detail.retry', { time: time(entry.expiresAt), id: entry.id }),
    ...(last?.kind === 'deferred' && last.remedy !== undefined ? [remedyLine(last.remedy, remedies)] : []),
  ]
  return [{ at, text, detail: detail.join('\n') }, ...waits]
}

function namesOf(recipients: readonly StoryRecipient[]): string {
  return list(recipients.map(({ address }) => address))
}

/** Of what is claimed too: the process that delivers keeps some messages to itself until their site is open again. */
function pauseOf({ pauses, waits }: StoryEntry, { address }: StoryRecipient): StoryPause | undefined {
  const domain = address.slice(address.lastIndexOf('@') + 1)
  return pauses?.get(domain) ?? waits?.get(domain)
}

function pausedLine(
  { expiresAt, dueAt = 0, waits }: StoryEntry,
  known: StoryPause,
  recipients: readonly StoryRecipient[],
): StoryLine {
  const { site, until, because } = known
  const pause = { recipients: namesOf(recipients), time: time(until), site }
  if ([...(waits?.values() ?? [])].includes(known))
    return { at: until, text: say('end.waits', { ...pause, because: trim(because) }) }
  return {
    at: Math.max(until, dueAt),
    text: because === '' ? say('end.paused', pause) : say('end.paused-because', { ...pause, because: trim(because) }),
    detail: say('detail.pause', { time: time(expiresAt) }),
  }
}

function remedyLine(remedy: string, remedies: Remedies): string {
  const known = remedies(remedy)
  return known === undefined ? say('detail.look-into', { remedy }) : say('detail.remedy', { remedy: known })
}

type State = keyof typeof STORY extends infer Key ? (Key extends `state.${infer Name}` ? Name : never) : never

function tally({ recipients }: StoryEntry): string {
  const counts = new Map<string, number>()
  for (const { state } of recipients) counts.set(state, (counts.get(state) ?? 0) + 1)
  const told = [...counts].map(([state, count]) => say(`state.${state as State}`, { count }))
  return told.length === 0 ? say('end.nobody') : say('end.tally', { states: told })
}

function where({ host, address }: { readonly host?: string; readonly address?: string }): string {
  if (host === undefined) return say('where.no-host')
  return address === undefined ? host : `${host} [${address}]`
}

function over({ tls, fellBackToPlain }: Extract<DurableFact, { kind: 'delivered' }>): string {
  if (tls === undefined && fellBackToPlain !== undefined)
    return say('over.plain-because', { why: trim(fellBackToPlain) })
  if (tls === undefined) return say('over.plain')
  const verified = tls.verified === 'none' ? '' : say(`verified.${tls.verified}`)
  const demanded = tls.policy === undefined ? '' : say('demanded', { policy: say(`policy.${tls.policy}`) })
  return say('over.tls', { protocol: tls.protocol, cipher: tls.cipher, verified, demanded })
}

function list(addresses: readonly string[]): string {
  if (addresses.length <= 3) return say('recipients', { recipients: addresses })
  return say('recipients.more', { recipients: addresses.slice(0, 2), more: addresses.length - 2 })
}

function andPassedOn(told: string, id: QueueId | undefined): string {
  return id === undefined ? told : say('passed-on', { told, id })
}

function trim(text: string): string {
  return text.replace(/(?<![.。\s])[.。\s]+$/, '')
}

function time(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z')
}

function size(bytes: number): string {
  return bytes < 10_240 ? say('size.bytes', { count: bytes }) : say('size.kib', { kib: Math.round(bytes / 1024) })
}
