/**
 * Encode: submissions and settlements as rows, rows as jobs. Runs on the store's side of the wire.
 *
 * Policy. What a claim needs of a message is one JSON text, `meta`, and what people know it by stands at its end; what they filter the
 * queue by has a column of its own.
 *
 * Not here: rows as entries (decode-entry.ts).
 */
import { createHash } from 'node:crypto'
import { type Address, type Domain, printAddress } from '../model/address.ts'
import type { Card, WayIn } from '../model/card.ts'
import type { Notify } from '../model/envelope.ts'
import { MailerError } from '../model/error.ts'
import { type DurableFact, type HeldFact, type LateFact, ofMessage, type QueuedFact } from '../model/fact.ts'
import type { Job, JobRecipient } from '../model/job.ts'
import type { MessageFacts } from '../model/message.ts'
import type { QueueId } from '../model/queue-id.ts'
import { printReply } from '../model/reply.ts'
import type { RecipientSettlement, Settlement, Suppression } from '../model/settlement.ts'
import type { Priority, Submission } from '../model/submission.ts'
import { wrongValue } from '../model/wrong-value.ts'
import {
  JOBS_PER_MESSAGE,
  type LeasedJob,
  type NewJob,
  type NewMessage,
  type NewRecipient,
  PRIORITIES,
  RECIPIENT_STATES,
  type Settled,
  type SuppressionRow,
  type SuppressionsAsk,
  type Telling,
} from './rows.ts'
import type { SuppressionFilter } from './store.ts'

/** What people know a message by. */
export interface About {
  readonly via?: WayIn
  readonly card?: Card
  readonly passesOn?: true
  /** Somebody was taken out of it (erasure.ts). */
  readonly erased?: true
}

export interface MessageMeta extends About {
  readonly reversePath: Address | null
  readonly ret?: 'full' | 'headers'
  readonly envid?: string
  readonly requireTls?: boolean
  readonly returnsToUs?: boolean
  readonly facts: MessageFacts
  readonly tags?: Readonly<Record<string, string>>
  readonly account?: string
  readonly pool?: string
  readonly keepContentMs?: number
}

interface RecipientExtra {
  readonly notify?: readonly Notify[]
  readonly originalRecipient?: string
}

/** Bytes that go along with the batch, and where they will stand in it. */
export interface Packer {
  pack(bytes: Uint8Array): number
}

/** What a sender is called in lists and facts. */
function printSender(reversePath: Address | null): string {
  return reversePath === null ? '' : printAddress(reversePath)
}

/** The fact that an enqueue makes true; the store writes it in the same transaction. */
export function queuedFact(submission: Submission): QueuedFact {
  const { id, envelope, message, clearance, acceptedAt, notBefore, tags, account } = submission
  return {
    kind: 'queued',
    ...ofMessage({ messageId: id, tags, account }, acceptedAt),
    from: printSender(envelope.reversePath),
    recipients: envelope.recipients.map(({ address }) => printAddress(address)),
    header: message.messageId,
    sizeBytes: message.sizeBytes,
    clearance,
    ...(notBefore > acceptedAt && { notBefore }),
  }
}

/** Two accounts that choose the same key do not mean the same message. */
export function storedKey(account = '', key: string): string {
  return `${account}\n${key}`
}

function hasKeys(object: object): boolean {
  for (const _ in object) return true
  return false
}

export function encodeSubmission(submission: Submission, packer: Packer): NewMessage {
  const { id, envelope, message, acceptedAt, notBefore, expiresAt, priority, account, idempotencyKey } = submission
  const held = submission.held ? (submission.holdReason ?? 'held when it was submitted') : null
  const facts: DurableFact[] = [queuedFact(submission)]
  if (held !== null) {
    const of = ofMessage({ messageId: id, tags: submission.tags, account }, acceptedAt)
    facts.push({ kind: 'held', because: held, ...of } satisfies HeldFact)
  }
  const start = packer.pack(message.bytes)
  return {
    id,
    sender: printSender(envelope.reversePath),
    acceptedAt,
    due: Math.max(notBefore, acceptedAt),
    expiresAt,
    size: message.sizeBytes,
    priority: PRIORITIES.indexOf(priority),
    account: account ?? null,
    held,
    key: idempotencyKey === undefined ? null : storedKey(account, idempotencyKey),
    digest: idempotencyKey === undefined ? null : (submission.idempotencyDigest ?? digestOf(submission)),
    meta: JSON.stringify(metaOf(submission)),
    // What is undefined is left out.
    about: JSON.stringify({ via: submission.via, card: submission.card, ...(envelope.passesOn && { passesOn: true }) }),
    jobs: jobsOf(submission),
    recipients: envelope.recipients.length,
    facts: facts.map(fact => JSON.stringify(fact)),
    start,
    end: start + message.bytes.length,
  }
}

function metaOf({ envelope, message, tags, account, pool, keepContentMs }: Submission): MessageMeta {
  const { sizeBytes, eightBit, smtpUtf8, longestLine, messageId, tlsRequiredNo } = message
  return {
    reversePath: envelope.reversePath,
    ...(envelope.ret !== undefined && { ret: envelope.ret }),
    ...(envelope.envid !== undefined && { envid: envelope.envid }),
    ...(envelope.requireTls && { requireTls: true }),
    ...(envelope.returnsToUs && { returnsToUs: true }),
    facts: { sizeBytes, eightBit, smtpUtf8, longestLine, messageId, tlsRequiredNo },
    ...(hasKeys(tags) && { tags }),
    ...(account !== undefined && { account }),
    ...(pool !== undefined && { pool }),
    ...(keepContentMs !== undefined && { keepContentMs }),
  }
}

function digestOf({ envelope, message }: Submission): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([envelope.reversePath, envelope.recipients.map(({ address }) => address)]))
  return hash.update(message.bytes).digest('base64')
}

function jobsOf({ envelope }: Submission): readonly NewJob[] {
  const jobs = new Map<Domain, NewRecipient[]>()
  envelope.recipients.forEach(({ address, notify, originalRecipient }, place) => {
    const recipients = jobs.get(address.domain) ?? []
    if (recipients.length === 0) jobs.set(address.domain, recipients)
    const extra: RecipientExtra | null =
      notify === undefined && originalRecipient === undefined
        ? null
        : { ...(notify && { notify }), ...(originalRecipient !== undefined && { originalRecipient }) }
    recipients.push({ place, local: address.local, extra: extra && JSON.stringify(extra) })
  })
  if (jobs.size > JOBS_PER_MESSAGE) {
    throw wrongValue('too-many-recipients', {
      where: 'envelope.recipients',
      found: `${jobs.size} domains`,
      wanted: `at most ${JOBS_PER_MESSAGE}`,
      fix: 'send it as several messages',
    })
  }
  return Array.from(jobs, ([domain, recipients]) => ({ domain, recipients }))
}

export function decodeJob(leased: LeasedJob, token: number, until: number): Job {
  const { priority, attempts, expiresAt, acceptedAt } = leased
  const { reversePath, ret, envid, requireTls, returnsToUs, facts, tags, account, pool, keepContentMs } = JSON.parse(
    leased.meta,
  ) as MessageMeta
  const domain = leased.domain as Domain
  const recipients = leased.recipients.map(
    ({ place, local, delayTold, extra, suppressed }): JobRecipient => ({
      index: place,
      address: { local, domain },
      ...(extra !== null && (JSON.parse(extra) as RecipientExtra)),
      ...(delayTold === 1 && { delayTold: true }),
      ...(suppressed !== null && { suppressed: whySuppressed(JSON.parse(suppressed) as Suppression) }),
    }),
  )
  return {
    id: leased.job,
    messageId: leased.id as QueueId,
    domain,
    recipients,
    reversePath,
    ...(ret !== undefined && { ret }),
    ...(envid !== undefined && { envid }),
    requireTls: requireTls === true,
    ...(returnsToUs && { returnsToUs: true }),
    facts,
    attempts,
    acceptedAt,
    expiresAt,
    priority: PRIORITIES[priority] as Priority,
    tags: tags ?? {},
    ...(account !== undefined && { account }),
    ...(pool !== undefined && { pool }),
    ...(keepContentMs !== undefined && { keepContentMs }),
    lease: { token, until },
  }
}

function whySuppressed({ until, failure }: Suppression): NonNullable<JobRecipient['suppressed']> {
  return { until, code: failure.code, detail: failure.reply === undefined ? failure.detail : printReply(failure.reply) }
}

export function encodeSettlement(
  { job, at, recipients, nextAttemptAt, suppressions }: Settlement,
  notices: readonly Submission[],
  facts: readonly DurableFact[],
  packer: Packer,
): Settled {
  const finals = recipients.filter(({ state }) => state !== 'deferred').length
  const stays = finals < job.recipients.length
  return {
    job: job.id,
    token: job.lease.token,
    id: job.messageId,
    attempt: job.attempts + 1,
    next: stays ? (nextAttemptAt ?? at) : null,
    recipients: recipients.map(settled => ({
      place: settled.recipient.index,
      state: RECIPIENT_STATES.indexOf(settled.state),
      delayTold: settled.delayDue ? 1 : 0,
      reply: replyOf(settled),
    })),
    finals,
    suppressions: suppressions.map(encodeSuppression),
    notices: notices.map(notice => encodeSubmission(notice, packer)),
    facts: facts.map(fact => ({ id: fact.messageId, at: fact.at, json: JSON.stringify(fact) })),
    keepUntil: job.keepContentMs === undefined ? 0 : at + job.keepContentMs,
  }
}

export function encodeTelling(facts: readonly LateFact[], suppressions: readonly Suppression[]): Telling {
  return {
    id: facts[0]?.messageId ?? '',
    facts: facts.map(fact => ({ kind: fact.kind, recipient: fact.recipient, at: fact.at, json: JSON.stringify(fact) })),
    suppressions: suppressions.map(encodeSuppression),
  }
}

function replyOf({ verdict }: RecipientSettlement): string {
  if (verdict.kind === 'accepted') return printReply(verdict.reply)
  return verdict.failure.reply === undefined ? verdict.failure.detail : printReply(verdict.failure.reply)
}

export function encodeSuppression(entry: Suppression): SuppressionRow {
  return { address: suppressionKey(entry.address), until: entry.until, json: JSON.stringify(entry) }
}

export function encodeSuppressionFilter(
  { origin, after, limit = 100 }: SuppressionFilter,
  now: number,
): SuppressionsAsk {
  return { origin: origin ?? null, after: after === undefined ? '' : after.toLowerCase(), limit, now }
}

/** Hosts could tell `User` from `user`; none that matters does, and a bounce of one speaks for the other. */
export function suppressionKey(address: Address): string {
  return printAddress(address).toLowerCase()
}

export function duplicateKey(submission: Submission): MailerError {
  return new MailerError('duplicate-key', 'The idempotency key was already used for a different message.', {
    where: 'idempotencyKey',
    ...(submission.idempotencyKey !== undefined && { found: submission.idempotencyKey }),
    wanted: 'a key of its own for each message',
    fix: 'use another key, or send exactly the first message again',
  })
}
