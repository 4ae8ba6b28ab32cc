/**
 * Erasure: takes an address out of messages that are done. What is about it is looked for on the reader's thread, and changed on the
 * writer's, some messages in each transaction.
 *
 * Policy. What was there is overwritten in the file, not only freed. What is open is told and left as it is.
 *
 * Not here: what is taken out of texts (../../erasure.ts).
 */
import type { systemClock } from '../../../ambient/clock.ts'
import { parseAddress } from '../../../model/address.ts'
import type { QueueId } from '../../../model/queue-id.ts'
import { ERASED, type Erased, Eraser, NOTHING_ERASED, wantedOf } from '../../erasure.ts'
import { jobBase, jobLast } from '../../rows.ts'
import type { Verbs } from '../both/protocol.ts'
import { drop as dropKept } from './kept-content.ts'
import { number } from './queries.ts'
import type { ErasureStatements } from './sql.ts'
import type { WriterTransaction } from './transaction.ts'

/** How many messages it looks through between two looks at the clock. */
const STRETCH = 500
/** How long one transaction looks. */
const WITHIN_MS = 40
const LOG_WITHIN_MS = 200

interface Looking {
  readonly sql: ErasureStatements
  readonly clock: Pick<typeof systemClock, 'monotonic'>
  readonly renew?: () => void
}

/** Ids of messages that may be about an address, a stretch of them; what stands on the fast path comes first. */
export function mentions(
  { sql, clock, renew }: Looking,
  { address, after }: Verbs['mentions']['ask'],
): Verbs['mentions']['answer'] {
  const wanted = wantedOf(addressOf(address))
  const values = [wanted.address, wanted.needle, wanted.domain, wanted.local]
  const until = clock.monotonic() + WITHIN_MS
  const found = after === 0 ? sql.allOnFastPath.all().map(({ id }) => id) : []
  for (let from = after; ; ) {
    const end = sql.numbersEnd.get(from, STRETCH - 1)?.n
    found.push(...sql.mentioning.all(from, end ?? Number.MAX_SAFE_INTEGER, ...values).map(({ id }) => id))
    if (end === undefined) return { found }
    from = end
    if (clock.monotonic() >= until) return { found, after: end }
    renew?.()
  }
}

export function erase(transaction: WriterTransaction, { address, ids }: Verbs['erase']['ask']): Erased {
  const { db } = transaction.queue
  const eraser = new Eraser(addressOf(address))
  db.exec('PRAGMA secure_delete = ON')
  try {
    let { messages, contents } = NOTHING_ERASED
    const open: QueueId[] = []
    for (const id of ids) {
      const n = number(transaction, id)
      if (n === null || !isAbout(transaction, n, eraser)) continue
      if (transaction.sql.isOpen.holds(n)) open.push(id as QueueId)
      else {
        if (eraseMessage(transaction, n, eraser)) contents++
        messages++
      }
    }
    // It is counted anew when it is next asked for.
    if (contents > 0) transaction.kept.bytes = undefined
    return { messages, contents, open: open.length, openIds: open }
  } finally {
    db.exec('PRAGMA secure_delete = FAST')
  }
}

/** What was taken out stands in the log until that is written anew. It waits for readers for a moment only: acceptances wait behind it. */
export function emptyLog(transaction: WriterTransaction): null {
  const { db } = transaction.queue
  transaction.afterCommit(() => {
    const { timeout } = db.prepare('PRAGMA busy_timeout').get() as { readonly timeout: number }
    db.exec(`PRAGMA busy_timeout = ${LOG_WITHIN_MS}`)
    // Whoever reads just now keeps it from being emptied: that is answered, not thrown.
    db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
    db.exec(`PRAGMA busy_timeout = ${timeout}`)
  })
  return null
}

function isAbout({ sql }: WriterTransaction, n: number, eraser: Eraser): boolean {
  const { sender, key, meta } = sql.personal.one(n)
  if (eraser.isPrinted(sender) || eraser.isInJson(meta) || eraser.isIn(key)) return true
  const domains = new Map(sql.entryJobs.all(jobBase(n), jobLast(n)).map(({ id, domain }) => [id, domain]))
  return sql.personalRecipients
    .all(jobBase(n), jobLast(n))
    .some(({ job, local }) => eraser.is(local, domains.get(job) ?? ''))
}

/** @returns whether it had kept content */
function eraseMessage(transaction: WriterTransaction, n: number, eraser: Eraser): boolean {
  const { sql } = transaction
  const { sender, key, meta } = sql.personal.one(n)
  sql.setPersonal.run(eraser.text(sender), eraser.meta(meta), n)
  // Whoever comes with it again means another message.
  if (eraser.isIn(key)) sql.freeKey.run(n)
  const domains = new Map(sql.entryJobs.all(jobBase(n), jobLast(n)).map(({ id, domain }) => [id, domain]))
  for (const { job, place, local, reply, extra } of sql.personalRecipients.all(jobBase(n), jobLast(n))) {
    const isIt = eraser.is(local, domains.get(job) ?? '')
    const rest = isIt || extra === null ? null : eraser.json(extra)
    sql.setPersonalRecipient.run(isIt ? ERASED : local, reply === null ? null : eraser.text(reply), rest, job, place)
  }
  for (const { number, json } of sql.personalFacts.all(n)) sql.setFact.run(eraser.json(json), number)
  return dropKept(transaction, n)
}

function addressOf(text: string): Exclude<ReturnType<typeof parseAddress>, { readonly problem: string }> {
  const address = parseAddress(text)
  if ('problem' in address) throw new TypeError(`no address: ${address.problem}`)
  return address
}
