/**
 * Web: a million messages in one queue file, and the pages of messages that the interface asks for over HTTP, by every word that is typed:
 * how long each takes, from the question to the last octet of its answer.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeHistory } from '../support/long-history.ts'
import { startV1World } from '../v1/world.ts'
import type { Figures, ProofOptions } from './proof.ts'

const COUNT = 1_000_000
const LONGEST_MS = 150
const TEN_YEARS_MS = 315_360_000_000
const QUERIES = [
  '',
  'to=u5@d5.example',
  'domain=d7.example',
  'from=rare@',
  'account=rare',
  'tag=kind=rare',
  'subject=rare%20subject',
  'messageId=31@a.example',
  'state=bounced',
  'state=expired',
  'via=smtp',
  'code=mailbox-full',
  'host=mx.example.com',
  'state=bounced&account=account3&subject=order',
]

export async function prove({ minutes }: ProofOptions): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'postrider-web-'))
  try {
    const path = join(folder, 'queue.db')
    await writeHistory(path, COUNT)
    const queue = { path, keepHistoryMs: TEN_YEARS_MS }
    await using world = await startV1World({ queue, relay: { http: { requestsPerSecond: 0 } } }, { deliver: false })
    const headers = { authorization: `Bearer ${world.operator}` }
    const times: number[] = []
    const until = performance.now() + minutes * 60_000
    let found = 0
    do
      for (const query of QUERIES) {
        let after = ''
        // As the interface does: the next page where one is empty, for a while.
        for (let page = 0; page < 5; page++) {
          const started = performance.now()
          const answer = await fetch(`${world.url}/v1/messages?limit=50&${query}${after}`, { headers })
          const { messages, next } = (await answer.json()) as { messages: readonly object[]; next?: string }
          times.push(performance.now() - started)
          if (!answer.ok) throw new Error(`${query}: ${answer.status}`)
          found += messages.length
          if (next === undefined || messages.length >= 50) break
          after = `&after=${next}`
        }
      }
    while (performance.now() < until)
    const figures = { messages: COUNT, pages: times.length, found, p50Ms: at(times, 0.5), p95Ms: at(times, 0.95) }
    if (figures.p95Ms > LONGEST_MS || found === 0) throw new Error(`pages take too long: ${JSON.stringify(figures)}`)
    return figures
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function at(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round((sorted[Math.floor(sorted.length * part)] ?? 0) * 10) / 10
}
