/**
 * Story: everything that happened to one message, in order and in plain sentences, and what happens next. What
 * `explain(id)` shows.
 *
 * Policy. A pure view of durable facts: what is not a fact is not told. A failure says what the host said, what that means,
 * and what can be done about it.
 *
 * Not here: colours, local time, tables (the CLI).
 */
import type { TlsSeen } from '../model/evidence.ts'
import type { DurableFact, NumberedFact } from '../model/fact.ts'
import type { QueueId } from '../model/queue-id.ts'

export interface StoryLine {
  /** Milliseconds since 1970; in the future for what happens next. */
  readonly at: number
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

/** @param remedies what can be done, by id */
export function tellStory(
  facts: readonly NumberedFact[],
  entry: StoryEntry | undefined,
  remedies: Readonly<Record<string, string>> = {},
): readonly StoryLine[] {
  const ordered = [...facts].sort((a, b) => a.number - b.number).map(({ fact }) => fact)
  const lines = ordered.map(fact => lineOf(fact, remedies))
  return entry === undefined ? lines : [...lines, ...endingsOf(entry, ordered, remedies)]
}

function lineOf(fact: DurableFact, remedies: Readonly<Record<string, string>>): StoryLine {
  const detail = detailOf(fact, remedies)
  return { at: fact.at, text: sentence(fact), ...(detail.length > 0 && { detail: detail.join('\n') }) }
}

function sentence(fact: DurableFact): string {
  switch (fact.kind) {
    case 'queued':
      return `Accepted from ${fact.from || '<>'} for ${list(fact.recipients)} and written to the queue (${size(fact.sizeBytes)}).`
    case 'delivered':
      return `Delivered to ${fact.recipient}: ${where(fact)} took responsibility ${over(fact)}, ${span(fact.tookMs)} after acceptance.`
    case 'deferred':
      return `Attempt ${fact.attempt} for ${fact.recipient} failed ${fact.host === undefined ? 'before a host was asked' : `at ${where(fact)}`}: ${trim(fact.detail)}. It is tried again at ${time(fact.nextAttemptAt)}, in ${span(fact.nextAttemptAt - fact.at)}.`
    case 'delayed':
      return `Still not delivered to ${fact.recipient} after ${span(fact.sinceMs)}.`
    case 'bounced':
      return `Refused for good for ${fact.recipient} ${fact.host === undefined ? 'before a host was asked' : `by ${where(fact)}`}, in attempt ${fact.attempt}: ${trim(fact.detail)}. It is not tried again.`
    case 'expired':
      return `Given up for ${fact.recipient} after ${fact.attempt} attempts: its time ran out. The last trouble: ${trim(fact.detail)}.`
    case 'cancelled':
      return `Taken back for ${fact.recipient} before it was delivered.`
    case 'uncertain':
      return fact.because === 'process-died'
        ? `This process died after the last dot and before the reply for ${list(fact.recipients)}: the message may arrive twice.`
        : `The connection broke after the last dot and before the reply for ${list(fact.recipients)}: the message may have been taken, and may arrive twice.`
    case 'complained':
      return `${fact.recipient} called it spam: a feedback report (${fact.feedback}) came${fact.reporter === undefined ? '' : ` from ${trim(fact.reporter)}`}.`
    case 'suppressed':
      return `${fact.recipient} is not mailed again until ${time(fact.until)}.`
    case 'held':
      return `Held: ${trim(fact.because)}.`
    case 'released':
      return 'Released for delivery.'
    case 'notice-queued':
      return `A ${fact.notice} notice for ${fact.to} was queued as message ${fact.noticeId}.`
  }
  return fact satisfies never
}

function detailOf(fact: DurableFact, remedies: Readonly<Record<string, string>>): readonly string[] {
  switch (fact.kind) {
    case 'queued':
      return fact.clearance.checks
        .filter(({ level }) => level === 'warn' || level === 'fail')
        .map(({ id, found, fix }) => `preflight ${id}: ${found}${fix === undefined ? '' : ` (fix: ${fix})`}`)
    case 'delivered':
      return fact.reply === undefined ? [] : [`it said: ${fact.reply}`]
    case 'deferred':
    case 'bounced':
    case 'expired':
      return [
        ...(fact.reply === undefined ? [] : [`it said: ${fact.reply}`]),
        `judged by rule ${fact.rule}: ${fact.code}, ${fact.permanence}, at stage ${fact.stage}`,
        ...(fact.fellBackToPlain === undefined ? [] : [`in plain text, because TLS failed: ${fact.fellBackToPlain}`]),
        ...(fact.remedy === undefined ? [] : [remedyLine(fact.remedy, remedies)]),
        ...(fact.transcript ?? []),
      ]
    case 'suppressed':
      return [`because of rule ${fact.rule}`]
    default:
      return []
  }
}

function endingsOf(
  entry: StoryEntry,
  facts: readonly DurableFact[],
  remedies: Readonly<Record<string, string>>,
): readonly StoryLine[] {
  const open = entry.recipients.filter(({ state }) => ['waiting', 'running', 'deferred'].includes(state))
  const now = facts.at(-1)?.at ?? 0
  if (open.length === 0) return [{ at: now, text: `Done: ${tally(entry)}.` }]
  const who = namesOf(open)
  if (entry.held !== undefined) {
    const detail = `release it with: postrider queue release ${entry.id}`
    return [
      {
        at: now,
        text: `Next: nothing for ${who} until it is released; held because: ${trim(entry.held)}.`,
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
    return [{ at: now, text: `Now: being delivered to ${namesOf(free)}.` }, ...waits]
  }
  const last = facts.findLast(fact => fact.kind === 'deferred')
  const at = entry.dueAt ?? now
  const why = last?.kind === 'deferred' ? `, because of the last failure: ${trim(last.detail)}` : ''
  const detail = [
    `tried until ${time(entry.expiresAt)}; sooner with: postrider queue retry ${entry.id}`,
    ...(last?.kind === 'deferred' && last.remedy !== undefined ? [remedyLine(last.remedy, remedies)] : []),
  ]
  const next = { at, text: `Next: an attempt for ${namesOf(free)} at ${time(at)}${why}.`, detail: detail.join('\n') }
  return [next, ...waits]
}

function namesOf(recipients: readonly StoryRecipient[]): string {
  return list(recipients.map(({ address }) => address))
}

/** Of what is claimed too: the process that delivers keeps some messages to itself until their site is open again. */
function pauseOf({ pauses }: StoryEntry, { address }: StoryRecipient): StoryPause | undefined {
  return pauses?.get(address.slice(address.lastIndexOf('@') + 1))
}

function pausedLine(
  { expiresAt, dueAt = 0 }: StoryEntry,
  { site, until, because }: StoryPause,
  recipients: readonly StoryRecipient[],
): StoryLine {
  const why = because === '' ? '' : `: ${trim(because)}`
  return {
    at: Math.max(until, dueAt),
    text: `Next: nothing for ${namesOf(recipients)} until ${time(until)}: ${site} is paused${why}.`,
    detail: `tried until ${time(expiresAt)}; a retry does not end this pause: it ends by itself`,
  }
}

function remedyLine(remedy: string, remedies: Readonly<Record<string, string>>): string {
  const known = remedies[remedy]
  return known === undefined ? `what to look into: ${remedy}` : `what to do: ${known}`
}

function tally({ recipients }: StoryEntry): string {
  const counts = new Map<string, number>()
  for (const { state } of recipients) counts.set(state, (counts.get(state) ?? 0) + 1)
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ') || 'nobody is left to deliver to'
}

function where({ host, address }: { readonly host?: string; readonly address?: string }): string {
  if (host === undefined) return 'no host'
  return address === undefined ? host : `${host} [${address}]`
}

const POLICIES: Readonly<Record<NonNullable<TlsSeen['policy']>, string>> = {
  default: 'nobody',
  configured: 'the configuration',
  'mta-sts': 'MTA-STS',
  dane: 'DANE',
  requiretls: 'REQUIRETLS',
  provider: 'the table of providers',
}

function over({ tls, fellBackToPlain }: Extract<DurableFact, { kind: 'delivered' }>): string {
  if (tls === undefined && fellBackToPlain !== undefined)
    return `in plain text, because TLS failed (${trim(fellBackToPlain)})`
  if (tls === undefined) return 'without TLS'
  const how = { dane: ', certificate verified by DANE', pkix: ', certificate verified', none: '' }[tls.verified]
  const because = tls.policy === undefined ? '' : `, as ${POLICIES[tls.policy]} demands`
  return `over ${tls.protocol} (${tls.cipher})${how}${because}`
}

function list(addresses: readonly string[]): string {
  if (addresses.length <= 3) return addresses.join(', ')
  return `${addresses.slice(0, 2).join(', ')} and ${addresses.length - 2} more`
}

function trim(text: string): string {
  return text.replace(/(?<![.\s])[.\s]+$/, '')
}

function time(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z')
}

function size(bytes: number): string {
  return bytes < 10_240 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} KiB`
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const

/** `4 h 12 min`: the two largest units. */
function span(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  const parts: string[] = []
  let rest = ms
  for (const [unit, name] of UNITS) {
    const count = Math.floor(rest / unit)
    if (count > 0) parts.push(`${count} ${name}`)
    rest -= count * unit
  }
  return parts.slice(0, 2).join(' ')
}
