/**
 * TakeReport: mail that tells about mail becomes facts of the messages it is about.
 *
 * Policy. Anyone can write a report. One that came to a return address of ours, with its tag, is about that message and that
 * recipient, whatever it says; it may end the mail to an address, as a reply would. Without a tag the traces in it find the message,
 * and it is told in its story, and nothing else follows: nobody is suppressed, no complaint counts. What is vague must come twice in a week. Answers of programs are never
 * a verdict. The same of the same recipient counts once, however often it comes. Nothing is ever answered by mail.
 *
 * Not here: reading (report/), judging (outcome/), who may bring reports (the relay). RFC 3464, RFC 5965, RFC 3834.
 */
import type { Clock } from '../ambient/clock.ts'
import { type LateFact, ofMessage } from '../model/fact.ts'
import type { Failure } from '../model/failure.ts'
import type { QueueId } from '../model/queue-id.ts'
import type { ReportedRecipient } from '../model/reported-recipient.ts'
import { wrongValue } from '../model/wrong-value.ts'
import type { Recorder } from '../observe/index.ts'
import { judgeReturned, saidOf } from '../outcome/index.ts'
import type { QueueEntry } from '../queue/index.ts'
import {
  type AuthenticationReport,
  type MailReport,
  type Purpose,
  type ReturnAddress,
  type ReturnKeys,
  type ReturnProblem,
  readMailReport,
  readReturnAddress,
} from '../report/index.ts'
import { readTlsReport } from '../tlsrpt/read.ts'
import { COMPLAINTS, findMessage } from './complaint.ts'
import { countComplaint } from './count-complaint.ts'
import { type CountedDmarc, countDmarc } from './count-dmarc.ts'
import { type PassOnPorts, passOn } from './pass-on.ts'
import { type SuppressPorts, suppressReported } from './suppress-reported.ts'

export interface ReportPorts extends SuppressPorts {
  /** Domains that mail is signed for. */
  readonly domains: readonly string[]
  readonly recorder: Pick<Recorder, 'record'>
  readonly clock: Clock
  /** Of our return addresses; absent: there are none. */
  readonly keys: ReturnKeys | undefined
  /** Of what is passed on to the sender. */
  readonly passing: PassOnPorts['passing']
}

/** What became of it for one recipient. */
export interface TakenRecipient {
  /** The recipient that the report names, as `local@domain`. */
  readonly recipient: string
  /** `recorded` now, `known` before, `none`: nothing is recorded of what is delayed, delivered or handed on. */
  readonly result: 'recorded' | 'known' | 'none'
  /** It is not mailed any more. */
  readonly suppressed: boolean
  /** What the failure was taken for, one of docs/failures.md; absent when it reports none. */
  readonly code?: Failure['code']
  /** The rule that decided `code`, such as `google.rate`. */
  readonly rule?: string
  /** What was said, on one line. */
  readonly said?: string
  /** The message that carries it on to the sender. */
  readonly passedOn?: QueueId
}

/** What became of a report. */
export interface TakenReport {
  /** What it was read as: `returned` a bounce or notice (RFC 3464), `complaint` (RFC 5965), `auto-reply`, `unsubscribe`, `dmarc`, `tls`, or `other`. */
  readonly kind: MailReport['kind']
  /** Whether the address it came to is one that we made: only then does anything follow. */
  readonly proof: 'valid' | ReturnProblem
  /** Of which message of ours; absent when it is not in the queue or its history, or the report is of none. */
  readonly messageId?: QueueId
  /** What followed for each recipient that it names; empty when it names none, as DMARC and TLS reports. */
  readonly recipients: readonly TakenRecipient[]
  /** Why nothing could be made of it. */
  readonly because?: string
  /** A DMARC aggregate report as it was read (RFC 9990). */
  readonly dmarc?: AuthenticationReport
  /** What became of a DMARC report: counted now or `known` before, of a domain that is not `ours`, `old`, or beyond what a day may fill. */
  readonly counted?: CountedDmarc
  /** A TLS report as it was read (RFC 8460). */
  readonly tls?: Exclude<ReturnType<typeof readTlsReport>, { readonly problem: string }>
}

/** The largest mail that is read. */
const MAX_BYTES = 32 * 1024 * 1024
const MOST_RECIPIENTS = 1000

/** How it came, and what it may be. */
export interface Arrival {
  readonly to: string | undefined
  /** Of which kinds something may follow. @default all */
  readonly kinds: readonly MailReport['kind'][] | undefined
}

/** @throws MailerError `invalid-message` */
export async function takeReport(bytes: Uint8Array, { to, kinds }: Arrival, ports: ReportPorts): Promise<TakenReport> {
  if (bytes.length > MAX_BYTES) {
    throw wrongValue('invalid-message', {
      where: 'report',
      found: `${bytes.length} octets`,
      wanted: `a mail of at most ${MAX_BYTES} octets`,
      fix: 'leave it out: no report is as long',
    })
  }
  const proof = proofOf(to, ports)
  const address = typeof proof === 'string' ? undefined : proof
  const report = readMailReport(bytes, address?.purpose)
  const common = { kind: report.kind, proof: typeof proof === 'string' ? proof : 'valid' } as const
  if (kinds !== undefined && !kinds.includes(report.kind)) return { ...common, recipients: [] }
  if (report.kind === 'other') return { ...common, recipients: [], because: report.because }
  if (report.kind === 'dmarc')
    return { ...common, recipients: [], dmarc: report.report, counted: await countDmarc(report.report, ports) }
  if (report.kind === 'tls') return { ...common, recipients: [], ...tlsIn(report.bytes) }
  const entry =
    address === undefined ? await findMessage(report.about?.traces, ports.store) : await ports.store.show(address.id)
  if (entry === undefined) return { ...common, recipients: [] }
  // It would bring back who was taken out of the message, or tell a stranger whose address is what stands there now.
  if (entry.erased) return { ...common, messageId: entry.id, recipients: [] }
  const recipients: TakenRecipient[] = []
  for (const one of noticesIn(report, entry, address)) {
    const what = passable(one)
    const passedOn =
      address === undefined || to === undefined || what === undefined
        ? undefined
        : await passOn(bytes, { entry, to, recipient: address.recipient, what }, ports)
    recipients.push(await record(one, entry, { ports, purpose: address?.purpose, passedOn }))
  }
  return { ...common, messageId: entry.id, recipients }
}

function proofOf(to: string | undefined, { keys, clock }: ReportPorts): ReturnAddress | ReturnProblem {
  return to === undefined || keys === undefined ? 'none' : readReturnAddress(to, keys, clock.now())
}

function tlsIn(bytes: Uint8Array): Pick<TakenReport, 'tls' | 'because'> {
  const tls = readTlsReport(bytes)
  return 'problem' in tls ? { because: tls.problem } : { tls }
}

/** What is told of one recipient of the message. */
interface Notice {
  readonly recipient: string
  readonly what: 'complaint' | 'auto-reply' | 'unsubscribe' | ReportedRecipient
  readonly report: Exclude<MailReport, { readonly kind: 'other' | 'dmarc' | 'tls' }>
}

function noticesIn(report: Notice['report'], entry: QueueEntry, address: ReturnAddress | undefined): readonly Notice[] {
  const named = address === undefined ? undefined : entry.recipients[address.recipient]?.address
  if (address !== undefined && named === undefined) return []
  if (report.kind === 'returned') {
    // Whose address it came to is meant, wherever the message was forwarded to from there.
    const own =
      named === undefined ? undefined : (report.recipients.find(one => isOf(one, named)) ?? worst(report.recipients))
    if (named !== undefined) return own === undefined ? [] : [{ recipient: named, what: own, report }]
    return report.recipients.slice(0, MOST_RECIPIENTS).flatMap(one => {
      const found = entry.recipients.find(({ address }) => isOf(one, address)) ?? only(entry, report.recipients)
      return found === undefined ? [] : [{ recipient: found.address, what: one, report }]
    })
  }
  if (report.kind === 'complaint' && !COMPLAINTS.has(report.type)) return []
  const wanted = new Set(('recipients' in report ? report.recipients : [report.from]).map(one => one.toLowerCase()))
  const found = entry.recipients.filter(({ address }) => wanted.has(address.toLowerCase())).map(one => one.address)
  const meant =
    named !== undefined
      ? [named]
      : found.length > 0
        ? found
        : entry.recipients.length === 1
          ? entry.recipients.map(one => one.address)
          : []
  return meant.map(recipient => ({ recipient, what: report.kind, report }))
}

/** What a sender would have heard of by mail; undefined: complaints and unsubscribing mails are for the operator. */
function passable({ what, report }: Notice): string | undefined {
  if (report.kind === 'auto-reply') return report.what
  return typeof what === 'string' ? undefined : what.action
}

function isOf({ address, original }: ReportedRecipient, wanted: string): boolean {
  return [address, original].some(one => one?.toLowerCase() === wanted.toLowerCase())
}

function worst(recipients: readonly ReportedRecipient[]): ReportedRecipient | undefined {
  return recipients.find(({ action }) => action === 'failed') ?? recipients[0]
}

/** A message for one alone, of which one alone is told. */
function only(
  { recipients }: QueueEntry,
  told: readonly ReportedRecipient[],
): QueueEntry['recipients'][number] | undefined {
  return recipients.length === 1 && told.length === 1 ? recipients[0] : undefined
}

interface Recording {
  readonly ports: ReportPorts
  /** Of the address that proves it, if one does. */
  readonly purpose: Purpose | undefined
  readonly passedOn: QueueId | undefined
}

async function record(
  { recipient, what, report }: Notice,
  entry: QueueEntry,
  { ports, purpose, passedOn }: Recording,
): Promise<TakenRecipient> {
  const { store, recorder, clock } = ports
  const now = clock.now()
  const proven = purpose !== undefined
  const common = { ...ofMessage({ messageId: entry.id, tags: entry.tags, account: entry.account }, now), recipient }
  const on = passedOn === undefined ? {} : { passedOn }
  const failure = typeof what === 'string' ? undefined : judgeReturned(what)
  const fact = factOf(common, { what, report, failure, proven, on })
  if (fact === undefined)
    return { recipient, result: 'none', suppressed: false, ...on, ...(failure && ofFailure(failure)) }
  const suppression = proven ? await suppressReported(fact, { purpose, failure, id: entry.id, ports }) : undefined
  const facts: LateFact[] = [fact]
  if (suppression !== undefined)
    facts.push({ kind: 'suppressed', ...common, until: suppression.until, rule: suppression.failure.rule })
  const isNew = await store.recordOnce(facts, suppression === undefined ? [] : [suppression])
  if (isNew) for (const one of facts) recorder.record(one)
  if (isNew && proven && fact.kind === 'complained') await countComplaint(entry, recipient, ports)
  const said = typeof what === 'string' ? '' : saidOf(what)
  return {
    recipient,
    result: isNew ? 'recorded' : 'known',
    suppressed: isNew && suppression !== undefined,
    ...on,
    ...(failure && ofFailure(failure)),
    ...(said !== '' && { said }),
  }
}

function ofFailure({ code, rule }: Failure): Pick<TakenRecipient, 'code' | 'rule'> {
  return { code, rule }
}

type Common = ReturnType<typeof ofMessage> & { readonly recipient: string }
interface Told extends Pick<Notice, 'what' | 'report'> {
  readonly failure: Failure | undefined
  readonly proven: boolean
  readonly on: { readonly passedOn?: QueueId }
}

/** undefined: nothing came true of it. */
function factOf(common: Common, { what, report, failure, proven, on }: Told): LateFact | undefined {
  if (report.kind === 'complaint')
    return {
      kind: 'complained',
      ...common,
      feedback: report.type,
      ...(report.userAgent !== '' && { reporter: report.userAgent.slice(0, 200) }),
    }
  if (report.kind === 'auto-reply') return { kind: 'auto-replied', ...common, what: report.what, ...on }
  if (report.kind === 'unsubscribe') return { kind: 'unsubscribed', ...common }
  if (typeof what === 'string' || failure === undefined || what.action !== 'failed') return undefined
  const { code, scope, permanence, stage, rule, detail, remedy } = failure
  const host = what.host ?? (report.reporter === '' ? undefined : report.reporter)
  const reply = saidOf(what).slice(0, 1000)
  return {
    kind: 'returned',
    ...common,
    code,
    scope,
    permanence,
    stage,
    rule,
    detail,
    ...(host !== undefined && { host }),
    ...(reply !== '' && { reply }),
    ...(remedy !== undefined && { remedy }),
    proven,
    ...on,
  }
}
