/**
 * OwnMail: mail that we write ourselves: notices (RFC 3464) and TLS reports (RFC 8460). It has one home.
 *
 * Policy. It is signed with the keys of its From domain like any message. A notice goes back in by the front of the queue, in the
 * transaction of the settlement that caused it. A report is queued for a day, asks for no notices, and is not sent without a
 * signature (RFC 8460 §3). Nobody is asked whether we may send it: there is nobody to refuse.
 *
 * Not here: what notices and reports say (compose/, tlsrpt/), when they are due (outcome/, tlsrpt/).
 */
import type { Clock } from '../ambient/clock.ts'
import { cardOf, inspect, renderNotice } from '../compose/index.ts'
import type { ResolvedOptions } from '../config/index.ts'
import { type Address, type Domain, printAddress, requireAddress } from '../model/address.ts'
import type { Clearance } from '../model/clearance.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import { type DurableFact, ofMessage } from '../model/fact.ts'
import type { RawMessage } from '../model/message.ts'
import { makeQueueId } from '../model/queue-id.ts'
import type { NoticeDue, Settlement } from '../model/settlement.ts'
import type { Submission } from '../model/submission.ts'
import type { Recorder } from '../observe/index.ts'
import { type QueueStore, queuedFact } from '../queue/index.ts'
import { findRule } from '../route/index.ts'
import { sign } from '../sign/index.ts'
import { type MailWanted, reportMail, type Submitter } from '../tlsrpt/index.ts'

export interface OwnMailParts {
  readonly options: ResolvedOptions
  readonly clock: Clock
  readonly store: Pick<QueueStore, 'read' | 'enqueue'>
  readonly recorder: Pick<Recorder, 'record'>
  readonly chooseKeys: (from: readonly Address[]) => readonly DkimKey[]
}

/** A notice that is ready to be queued, and the fact that tells of it. */
export interface Notice {
  readonly submission: Submission
  readonly fact: DurableFact
}

export interface OwnMail {
  notice(due: NoticeDue, settlement: Settlement): Promise<Notice>
}

/** RFC 8460 §5.5: tried for a day. */
const REPORT_LIFE_MS = 86_400_000

export function openOwnMail(parts: OwnMailParts): OwnMail {
  return { notice: (due, settlement) => makeNotice(due, settlement, parts) }
}

async function makeNotice(due: NoticeDue, settlement: Settlement, parts: OwnMailParts): Promise<Notice> {
  const { options, clock, store } = parts
  const { job, at } = settlement
  const now = clock.now()
  const from = requireAddress(options.notices.from, 'notices.from')
  const original = await store.read(job.messageId)
  const { message, envelope } = await renderNotice(due, {
    job,
    hostname: options.hostname,
    now,
    from,
    language: languageFor(due, job.account, options.notices.languages),
    ...(original === undefined ? {} : { original }),
  })
  const submission: Submission = {
    id: makeQueueId(now),
    envelope,
    message: await signedBy(from, message, parts),
    clearance: unasked(options.hostname, from.domain),
    acceptedAt: now,
    notBefore: now,
    expiresAt: now + options.delivery.retry.expireAfterMs,
    priority: 'low',
    tags: job.tags,
    ...(options.queue.cards && { card: cardOf(message) }),
  }
  const fact: DurableFact = {
    kind: 'notice-queued',
    ...ofMessage(job, at),
    notice: due.kind,
    noticeId: submission.id,
    to: printAddress(due.to),
  }
  return { submission, fact }
}

/** Of the first rule whose account and domain fit, as far as it has them. */
function languageFor(
  { to }: NoticeDue,
  account: string | undefined,
  rules: ResolvedOptions['notices']['languages'],
): ResolvedOptions['notices']['languages'][number]['language'] {
  const ofAccount = rules
    .filter(rule => rule.account === undefined || rule.account === account)
    .map(({ domain = '*', language }) => ({ domain, language }))
  return findRule(ofAccount, to.domain)?.language ?? 'en'
}

/** @returns why the report cannot be sent, or undefined: it is queued */
export async function queueReport(
  wanted: MailWanted,
  submitter: Submitter,
  parts: OwnMailParts,
): Promise<string | undefined> {
  const { options, clock, store, recorder, chooseKeys } = parts
  const from = requireAddress(submitter.contact, 'tlsrpt.contact')
  if (chooseKeys([from]).length === 0)
    return `no DKIM key signs for ${from.domain}, and reports must be signed (RFC 8460 §3)`
  const now = clock.now()
  const id = makeQueueId(now)
  const messageId = `<${id}.tlsrpt@${from.domain}>`
  const bytes = await reportMail({ ...wanted, from: submitter.contact, submitter, now, messageId })
  const message = inspect(bytes)
  const same = `tlsrpt ${wanted.day} ${wanted.about} ${wanted.to}`
  const submission: Submission = {
    id,
    envelope: { reversePath: from, recipients: [{ address: requireAddress(wanted.to, 'rua'), notify: ['never'] }] },
    message: await signedBy(from, message, parts),
    clearance: unasked(from.domain, from.domain),
    acceptedAt: now,
    notBefore: now,
    expiresAt: now + Math.min(REPORT_LIFE_MS, options.delivery.retry.expireAfterMs),
    priority: 'low',
    tags: {},
    ...(options.queue.cards && { card: cardOf(message) }),
    // A crash between queueing and noting must not send it twice.
    idempotencyKey: same,
    idempotencyDigest: same,
  }
  const { duplicate } = await store.enqueue(submission)
  if (!duplicate) recorder.record(queuedFact(submission))
  return undefined
}

async function signedBy(from: Address, message: RawMessage, { chooseKeys, clock }: OwnMailParts): Promise<RawMessage> {
  const keys = chooseKeys([from])
  return keys.length === 0 ? message : sign(message, keys, clock.now())
}

/** Of our own mail nobody asks whether it may be sent. */
function unasked(envelopeDomain: Domain, fromDomain: Domain): Clearance {
  return { result: 'skipped', envelopeDomain, fromDomain, publicAddresses: [], checks: [] }
}
