/**
 * Waits: why a message that was never tried waits for a mail site: what is held of it there, or the day of its sender, or of all our
 * addresses, which is used up.
 *
 * Not here: who makes it wait (flow/), how it is told (observe/story.ts).
 */
import { say } from '../language/pace.ts'
import { type StandingKey, type StandingRow, splitKey, standingOf } from '../model/standing.ts'
import type { QueueEntry, QueueStore } from '../queue/index.ts'
import { roomFor, turned } from '../reputation/index.ts'

export interface WaitsPorts {
  readonly store: Pick<QueueStore, 'standings'>
  readonly now: number
  /** The mail site of a domain. */
  readonly siteOf: (domain: string) => Promise<string | undefined>
}

/** By recipient domain. Nothing is asked of the DNS while nothing is known of any site. */
export async function waitsOf(
  { recipients, from, dueAt = 0 }: QueueEntry,
  { store, now, siteOf }: WaitsPorts,
): Promise<ReadonlyMap<string, Wait>> {
  const sender = from.slice(from.lastIndexOf('@') + 1)
  const domains = recipients.flatMap(({ address, state, attempts }) =>
    state === 'waiting' && attempts === 0 ? [address.slice(address.lastIndexOf('@') + 1)] : [],
  )
  const rows = dueAt <= now || domains.length === 0 ? [] : await store.standings({})
  const found = new Map<string, Wait>()
  for (const domain of rows.length === 0 ? [] : new Set(domains)) {
    const site = (await siteOf(domain)) ?? ''
    const because = whyWaiting({ site, sender, now }, rows)
    if (because !== undefined) found.set(domain, { site, until: dueAt, because })
  }
  return found
}

interface Wait {
  readonly site: string
  readonly until: number
  readonly because: string
}

interface Waiting {
  readonly site: string
  /** The domain of MAIL FROM. */
  readonly sender: string
  readonly now: number
}

/** @param rows of all sites; undefined: nothing that is known makes it wait */
function whyWaiting({ site, sender, now }: Waiting, rows: readonly StandingRow[]): string | undefined {
  const here = rows.filter(row => row.site === site)
  const ofSender: StandingKey = `sender ${sender}`
  const rest = here.find(({ key, until }) => key === ofSender && until > now)
  if (rest !== undefined) return standingOf(rest).rest?.because
  const full = here.filter(row => isFull(row, now))
  const sources = here.filter(({ key }) => key.startsWith('source '))
  const row =
    full.find(({ key }) => key === ofSender) ??
    (sources.every(each => full.includes(each)) ? full.find(each => sources.includes(each)) : undefined)
  if (row === undefined) return undefined
  const { warmUp } = standingOf(row)
  if (warmUp === undefined) return undefined
  const { cap, first } = turned(warmUp, now)
  const name = splitKey(row.key)[1]
  return say(row.key === ofSender ? 'warm-up.sender' : 'warm-up.source', { site, cap, name, used: first })
}

function isFull(row: StandingRow, now: number): boolean {
  const { warmUp } = standingOf(row)
  return warmUp !== undefined && roomFor(turned(warmUp, now)) === 0
}
