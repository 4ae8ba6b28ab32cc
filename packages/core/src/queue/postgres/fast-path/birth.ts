/**
 * Birth: what a segment keeps of a message until its outcome, as text and back.
 *
 * Not here: its bytes, which stand beside it (tables.ts), what stays of it (outcome.ts).
 */
import { type PackedJobs, packJobs, unpackJobs } from '../../packed.ts'
import { type NewMessage, NO_ABOUT, wholeMeta } from '../../rows.ts'

type BirthHead = readonly [
  id: string,
  sender: string,
  acceptedAt: number,
  due: number,
  expiresAt: number,
  size: number,
  priority: number,
  account: string | null,
  meta: string,
  jobs: PackedJobs,
  recipients: number,
]

/** What is kept of a message until its outcome: `[[…], [facts]]`, the facts as they are, for SQL to take out. */
export function birthEntry(message: NewMessage): string {
  const { id, sender, acceptedAt, due, expiresAt, size, priority, account, recipients, facts } = message
  const jobs = packJobs(message.jobs)
  const head: BirthHead = [
    id,
    sender,
    acceptedAt,
    due,
    expiresAt,
    size,
    priority,
    account,
    wholeMeta(message),
    jobs,
    recipients,
  ]
  return `[${JSON.stringify(head)},[${facts.join(',')}]]`
}

export function readBirth(entry: string): NewMessage {
  const [head, told] = JSON.parse(entry) as [BirthHead, readonly unknown[]]
  const [id, sender, acceptedAt, due, expiresAt, size, priority, account, meta, packed, recipients] = head
  const facts = told.map(fact => JSON.stringify(fact))
  const row = { id, sender, acceptedAt, due, expiresAt, size, priority, account, meta, recipients, facts }
  return { ...row, about: NO_ABOUT, jobs: unpackJobs(packed), held: null, key: null, digest: null, start: 0, end: 0 }
}
