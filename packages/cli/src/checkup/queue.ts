/**
 * Queue: what waits, since when, why, and whether anybody delivers it.
 *
 * Policy. Read from the queue file, so that it can be asked beside a running relay. A message that was never tried although it
 * has been due for ten minutes shows that nobody delivers; one that was tried has a last reply, which says more.
 *
 * Not here: changing anything (the command `queue`).
 */
import type { Mailer, QueueEntry } from '@postrider/core'
import { duration } from '../terminal/index.ts'
import { type Finding, finding } from './finding.ts'

export type QueueView = Pick<Mailer, 'queue' | 'explain'>

export interface QueueLimits {
  readonly now: number
  /** The age at which waiting mail is told. */
  readonly warnAfterMs: number
}

/** Nobody needs that long to look into the queue. */
const NEVER_TRIED_MS = 600_000
/** So many messages say which replies there are. */
const SAMPLE = 100

export async function checkQueue(view: QueueView, limits: QueueLimits): Promise<readonly Finding[]> {
  const [counts, untried, deferred] = await Promise.all([
    view.queue.counts(),
    view.queue.list({ state: 'waiting', limit: 1 }),
    view.queue.list({ state: 'deferred', limit: SAMPLE }),
  ])
  const { messages, recipients, due, running, held, oldestAcceptedAt } = counts
  const size = `${messages} messages for ${recipients} recipients, ${due} due, ${running} running`
  const age = oldestAcceptedAt === undefined ? 0 : limits.now - oldestAcceptedAt
  return [
    finding('queue.opens', { level: 'ok', found: size, wanted: 'a queue' }),
    finding('queue.age', {
      level: age > limits.warnAfterMs ? 'warn' : 'ok',
      found: messages === 0 ? 'the queue is empty' : `the oldest message is ${duration(age)} old`,
      wanted: `nothing older than ${duration(limits.warnAfterMs)}`,
      fix: 'postrider queue list',
    }),
    delivering(untried[0], limits.now, running),
    finding('queue.held', {
      level: held === 0 ? 'ok' : 'note',
      found: `${held} messages on hold`,
      wanted: 'none',
      fix: 'postrider queue list --state held, then postrider queue release ID',
    }),
    waiting(deferred, limits.now),
    await replies(view, deferred),
  ]
}

function delivering(entry: QueueEntry | undefined, now: number, running: number): Finding {
  const wanted = 'mail is tried as soon as it is due'
  const since = entry?.dueAt === undefined ? 0 : now - Math.max(entry.dueAt, entry.acceptedAt)
  const untried = entry?.recipients.every(({ attempts }) => attempts === 0) ?? false
  if (entry === undefined || !untried || running > 0 || since < NEVER_TRIED_MS) {
    return finding('queue.delivery', { level: 'ok', found: 'nothing that is due was left untried', wanted })
  }
  return finding('queue.delivery', {
    level: 'warn',
    found: `${entry.id} has been due for ${duration(since)} and nobody has tried it`,
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
      const next = dueAt <= now ? 'now' : `in ${duration(dueAt - now)}`
      return `${domain}: ${count} waiting, next try ${next}${last === '' ? '' : `: ${last}`}`
    })
  return finding('queue.waiting', {
    level: lines.length === 0 ? 'ok' : 'note',
    found: lines.join('\n') || 'no destination',
    wanted: 'no destination that defers',
    fix: 'postrider queue list --state deferred, then postrider explain ID',
  })
}

/** The last replies by the rule that judged them, with the check that mends it where there is one. */
async function replies(view: QueueView, deferred: readonly QueueEntry[]): Promise<Finding> {
  const byRule = new Map<string, { count: number; last: string; remedy: string | undefined }>()
  for (const { id } of deferred) {
    // A message may be delivered and forgotten between the list and this look.
    const facts = await view.explain(id).then(
      story => story.facts,
      () => [],
    )
    const last = facts.map(({ fact }) => fact).findLast(fact => fact.kind === 'deferred')
    if (last?.kind !== 'deferred') continue
    const count = (byRule.get(last.rule)?.count ?? 0) + 1
    byRule.set(last.rule, { count, last: last.reply ?? last.detail, remedy: last.remedy })
  }
  const rules = [...byRule].sort(([, a], [, b]) => b.count - a.count)
  const remedies = [...new Set(rules.flatMap(([, { remedy }]) => remedy ?? []))]
  return finding('queue.replies', {
    level: remedies.length > 0 ? 'warn' : rules.length > 0 ? 'note' : 'ok',
    found: rules.map(([rule, { count, last }]) => `${rule} (${count}): ${last}`).join('\n') || 'none',
    wanted: 'no deferral by a rule that has a remedy here',
    fix: remedies.length > 0 ? `see ${remedies.join(', ')}` : 'postrider explain ID',
  })
}
