/**
 * History: a million messages in one queue file, looked through by every filter and any two, while mail is accepted at a steady rate:
 * how long pages take, and what they cost the acceptances.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { makeQueueId } from '../../packages/core/src/model/queue-id.ts'
import { type HistoryQuery, openSqliteQueue, type QueueStore } from '../../packages/core/src/queue/index.ts'
import { makeSubmission } from '../contract/queue-samples.ts'
import { writeHistory } from '../support/long-history.ts'
import type { Figures, ProofOptions } from './proof.ts'

const COUNT = 1_000_000
const RATE = 200
const MOST_WORSE = 1.1
const PARTS: readonly Partial<HistoryQuery>[] = [
  { to: 'u5@d5.example' },
  { domain: 'd7.example' },
  { from: 'rare@' },
  { account: 'rare' },
  { tags: { kind: 'rare' } },
  { subject: 'rare subject' },
  { messageId: '<31@a.example>' },
  { state: 'bounced' },
  { state: 'expired' },
  { via: 'smtp' },
]

export async function prove({ minutes }: ProofOptions): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'postrider-history-'))
  try {
    const path = join(folder, 'queue.db')
    await writeHistory(path, COUNT)
    const store = await openSqliteQueue({ path, clock: systemClock })
    const alone = await accept(store, (minutes * 60_000) / 4)
    const looking = new AbortController()
    const pages = look(store, looking.signal)
    const beside = await accept(store, (minutes * 60_000) / 2)
    looking.abort()
    const { times, whole } = await pages
    await store.close()
    const figures = {
      messages: COUNT,
      pageP50Ms: quantile(times, 0.5),
      pageP95Ms: quantile(times, 0.95),
      pages: times.length,
      pagesForAllOfIt: whole,
      acceptP99AloneMs: quantile(alone, 0.99),
      acceptP99BesideMs: quantile(beside, 0.99),
    }
    // On a core of its own a page takes its 40 ms and one stretch.
    if (figures.pageP95Ms > 200) throw new Error(`pages take too long: ${JSON.stringify(figures)}`)
    // So much worse may an acceptance be for that.
    if (figures.acceptP99BesideMs > MOST_WORSE * figures.acceptP99AloneMs)
      throw new Error(`acceptances wait for who looks: ${JSON.stringify(figures)}`)
    return figures
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** How long acceptances take, at a steady rate. */
async function accept(store: QueueStore, forMs: number): Promise<readonly number[]> {
  const times: number[] = []
  const until = performance.now() + forMs
  const asked: Promise<void>[] = []
  while (performance.now() < until) {
    const started = performance.now()
    const now = Date.now()
    asked.push(
      store.enqueue(makeSubmission({ id: makeQueueId(now), acceptedAt: now })).then(() => {
        times.push(performance.now() - started)
      }),
    )
    await systemClock.sleep(1000 / RATE)
  }
  await Promise.all(asked)
  return times
}

/** Every part, and every two, through all of it, again and again. */
async function look(
  store: QueueStore,
  signal: AbortSignal,
): Promise<{ readonly times: readonly number[]; readonly whole: number }> {
  const times: number[] = []
  let whole = 0
  const queries = PARTS.flatMap((one, at) => [one, ...PARTS.slice(at + 1).map(other => ({ ...one, ...other }))])
  while (!signal.aborted) {
    for (const query of queries) {
      let pages = 0
      for (let below: string | undefined = '~'; below !== undefined && !signal.aborted; pages++) {
        const started = performance.now()
        const page = await store.messages({ least: '', limit: 100, withinMs: 30, ...query, below })
        times.push(performance.now() - started)
        below = page.messages.length === 0 || pages < 3 ? page.next : undefined
      }
      whole = Math.max(whole, pages)
    }
  }
  return { times, whole }
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round((sorted[Math.floor(sorted.length * part)] ?? 0) * 10) / 10
}
