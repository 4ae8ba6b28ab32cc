/**
 * Queue: what waits, since when, why, and whether anybody delivers it.
 *
 * Policy. Read from the queue itself, so that it can be asked beside a running relay. A message that was never tried although it
 * has been due for ten minutes shows that nobody delivers; one that was tried has a last reply, which says more.
 *
 * Not here: changing anything (the command `queue`).
 */

import type { DurableFact, Mailer, QueueEntry } from '@postrider/core'
import { say } from '../language/checkup.ts'
import { word } from '../language/words.ts'
import { duration } from '../terminal/index.ts'
import { databaseFindings } from './database.ts'
import { type Finding, finding } from './finding.ts'

export type QueueView = Pick<Mailer, 'queue'>

export interface QueueLimits {
  readonly now: number
  /** The age at which waiting mail is told. */
  readonly warnAfterMs: number
}

/** Nobody needs that long to look into the queue. */
const NEVER_TRIED_MS = 600_000
/** So many messages say where mail waits. */
const SAMPLE = 100
/** Within it every message that waits was tried. */
const LOOK_BACK_MS = 86_400_000

export async function checkQueue(view: QueueView, limits: QueueLimits): Promise<readonly Finding[]> {
  const [counts, untried, deferred] = await Promise.all([
    view.queue.counts(),
    view.queue.list({ state: 'waiting', limit: 1 }),
    view.queue.list({ state: 'deferred', limit: SAMPLE }),
  ])
  const { messages, recipients, due, running, held, oldestAcceptedAt } = counts
  const size = say('queue.size', { messages, recipients, due, running })
  const age = oldestAcceptedAt === undefined ? 0 : limits.now - oldestAcceptedAt
  return [
    finding('queue.opens', { level: 'ok', found: size, wanted: say('queue.age.wanted.any') }),
    finding('queue.age', {
      level: age > limits.warnAfterMs ? 'warn' : 'ok',
      found: messages === 0 ? say('queue.age.found.empty') : say('queue.age.found', { age: duration(age) }),
      wanted: say('queue.age.wanted', { age: duration(limits.warnAfterMs) }),
      fix: 'postrider queue list',
    }),
    delivering(untried[0], limits.now, running),
    finding('queue.held', {
      level: held === 0 ? 'ok' : 'note',
      found: say('queue.held.found', { held }),
      wanted: 'none',
      fix: say('queue.held.fix'),
    }),
    waiting(deferred, limits.now),
    await resting(view, limits.now),
    await replies(view, limits.now),
    ...databaseFindings(await view.queue.server()),
  ]
}

function delivering(entry: QueueEntry | undefined, now: number, running: number): Finding {
  const wanted = say('queue.delivery.wanted')
  const since = entry?.dueAt === undefined ? 0 : now - Math.max(entry.dueAt, entry.acceptedAt)
  const untried = entry?.recipients.every(({ attempts }) => attempts === 0) ?? false
  if (entry === undefined || !untried || running > 0 || since < NEVER_TRIED_MS) {
    return finding('queue.delivery', { level: 'ok', found: say('queue.delivery.found'), wanted })
  }
  return finding('queue.delivery', {
    level: 'warn',
    found: say('queue.delivery.found.untried', { id: entry.id, time: duration(since) }),
    wanted,
    fix: 'postrider serve',
  })
}

/** Where mail waits, how much, until when, and the last word from there. */
function waiting(deferred: readonly QueueEntry[], now: number): Finding {
  const byDomain = new Map<string, { count: number; dueAt: number; last: string }>()
  for (const entry of deferred) {
    for (const { address, state, lastReply } of entry.recipients) {
      if (state !== 'waiting' && state !== 'deferred') continue
      const domain = address.slice(address.lastIndexOf('@') + 1)
      const known = byDomain.get(domain) ?? { count: 0, dueAt: Number.POSITIVE_INFINITY, last: '' }
      const dueAt = Math.min(known.dueAt, entry.dueAt ?? now)
      byDomain.set(domain, { count: known.count + 1, dueAt, last: lastReply ?? known.last })
    }
  }
  const lines = [...byDomain]
    .sort(([, a], [, b]) => b.count - a.count)
    .map(([domain, { count, dueAt, last }]) => {
      const next = dueAt <= now ? word('now') : word('in', { time: duration(dueAt - now) })
      return say('queue.domains.found', { domain, count, next, last: last === '' ? '' : `: ${last}` })
    })
  return finding('queue.waiting', {
    level: lines.length === 0 ? 'ok' : 'note',
    found: lines.join('\n') || say('queue.domains.found.none'),
    wanted: say('queue.domains.wanted'),
    fix: say('queue.domains.fix'),
  })
}

/** Mail sites that get nothing for now: what another process that delivers says of itself. */
async function resting(view: QueueView, now: number): Promise<Finding> {
  const paused = await view.queue.pausedSites()
  return finding('queue.paused-sites', {
    level: paused.length === 0 ? 'ok' : 'note',
    found:
      paused
        .map(({ site, since, until, because }) => {
          const times = say('queue.pauses.found.times', { since: duration(now - since), until: duration(until - now) })
          return `${site}: ${times}${because === '' ? '' : `: ${because}`}`
        })
        .join('\n') || say('queue.pauses.found.none'),
    wanted: say('queue.pauses.wanted'),
    fix: say('queue.pauses.fix'),
  })
}

type Refusal = Extract<DurableFact, { readonly kind: 'deferred' | 'bounced' | 'expired' }>

interface Told {
  readonly deferred: number
  readonly refused: number
  readonly last: Refusal
  /** Nothing was delivered to that domain since. */
  readonly stands: boolean
}

/** The last replies by the rule that judged them, deferrals and bounces, with what mends it where that is known. */
async function replies(view: QueueView, now: number): Promise<Finding> {
  const rules = byRule(await view.queue.recentFacts(now - LOOK_BACK_MS))
  const { remedyText } = await import('@postrider/core/language')
  const remedies = new Set(rules.flatMap(([, { last, stands }]) => (stands ? (last.remedy ?? []) : [])))
  const lines = rules.map(([rule, { deferred, refused, last, stands }]) => {
    const counts = [
      deferred && say('queue.replies.deferred', { deferred }),
      refused && say('queue.replies.given-up', { refused }),
    ]
      .filter(Boolean)
      .join(', ')
    const since = say('queue.replies.last', {
      time: duration(now - last.at),
      domain: domainOf(last),
      delivered: stands ? '' : say('queue.replies.delivered-since'),
    })
    return `${rule} (${counts}; ${since}): ${last.reply ?? last.detail}`
  })
  return finding('queue.replies', {
    level: remedies.size > 0 ? 'warn' : rules.length > 0 ? 'note' : 'ok',
    found: lines.join('\n') || say('queue.replies.found.none'),
    wanted: say('queue.replies.wanted'),
    fix:
      [...remedies].map(id => `${id}: ${remedyText(id) ?? say('queue.replies.see')}`).join('\n') ||
      'postrider explain ID',
  })
}

function byRule(facts: readonly DurableFact[]): readonly (readonly [string, Told])[] {
  const delivered = new Map<string, number>()
  for (const fact of facts) if (fact.kind === 'delivered') delivered.set(domainOf(fact), fact.at)
  const refusals = facts.filter((fact): fact is Refusal => /^(?:deferred|bounced|expired)$/.test(fact.kind))
  const rules = [...Map.groupBy(refusals, ({ rule }) => rule)].map(([rule, all]) => {
    const told: Told = {
      deferred: all.filter(({ kind }) => kind === 'deferred').length,
      refused: all.filter(({ kind }) => kind !== 'deferred').length,
      last: all.at(-1) as Refusal,
      stands: all.some(refusal => (delivered.get(domainOf(refusal)) ?? 0) < refusal.at),
    }
    return [rule, told] as const
  })
  return rules.sort(([, a], [, b]) => b.deferred + b.refused - a.deferred - a.refused)
}

function domainOf({ recipient }: { readonly recipient: string }): string {
  return recipient.slice(recipient.lastIndexOf('@') + 1)
}
