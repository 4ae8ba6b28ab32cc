/**
 * Complaint: a feedback report becomes a fact of the message it is about, and an address that is not mailed any more.
 *
 * Policy. Anyone can write a report, so one changes something only when it brings the traces of a message that is in our history,
 * and it changes something for a recipient of that message alone. Where the report does not name one, or hides it, the only
 * recipient of a message is meant. The same complaint counts once, however often its report is fed.
 *
 * Not here: reading reports (report/), the other kinds of them (take-report.ts), how long an address is suppressed (outcome/). RFC 5965.
 */

import type { Clock } from '../ambient/clock.ts'
import { requireAddress } from '../model/address.ts'
import { type ComplainedFact, ofMessage, type SuppressedFact } from '../model/fact.ts'
import type { QueueId } from '../model/queue-id.ts'
import { wrongValue } from '../model/wrong-value.ts'
import type { Recorder } from '../observe/index.ts'
import { suppressComplainer } from '../outcome/index.ts'
import type { QueueEntry, QueueStore } from '../queue/index.ts'
import { type ComplaintReport, readMailReport, type Traces } from '../report/index.ts'
import { countComplaint } from './count-complaint.ts'

/** Of a feedback report. */
export interface TakeFeedbackOptions {
  /** Whether the recipient is not mailed any more. @default true */
  readonly suppress?: boolean
}

/** What became of a feedback report. */
export interface Feedback {
  /** What the report calls itself, such as `abuse`. */
  readonly type: string
  /**
   * `complained`: recorded now; `known`: it was before; `no-complaint`: a report of another kind, such as `not-spam`. Nothing is
   * recorded of a message that is not in the history, or when the report does not say which of its recipients it was.
   */
  readonly result: 'complained' | 'known' | 'no-complaint' | 'unknown-message' | 'unknown-recipient'
  /** The queue id of the message that it is about; absent when the history does not have it. */
  readonly messageId?: QueueId
  /** Who complained, as `local@domain`; absent when the report does not say and there are several recipients. */
  readonly recipient?: string
}

export interface ComplaintPorts {
  readonly store: QueueStore
  readonly recorder: Pick<Recorder, 'record'>
  readonly clock: Clock
}

/** RFC 5965 §7.3; what RFC 6430 and RFC 6591 add says nothing against us. */
export const COMPLAINTS: ReadonlySet<string> = new Set(['abuse', 'fraud', 'virus', 'other'])
/** Between writing or signing a message and accepting it. */
const MINUTES_MS = 10 * 60_000

/** @throws MailerError `invalid-message` */
export async function takeFeedback(
  raw: Uint8Array,
  { suppress = true }: TakeFeedbackOptions,
  ports: ComplaintPorts,
): Promise<Feedback> {
  const report = readMailReport(raw)
  if (report.kind !== 'complaint') {
    throw wrongValue('invalid-message', {
      where: 'report',
      found:
        report.kind === 'other' && /RFC 5965/.test(report.because)
          ? report.because
          : 'no mail with a feedback report in it (RFC 5965 §2)',
      wanted: 'a mail of type multipart/report; report-type=feedback-report',
      fix: 'give the whole mail, as the mail host sent it',
    })
  }
  const { type } = report
  if (!COMPLAINTS.has(type)) return { type, result: 'no-complaint' }
  const entry = await findMessage(report.about?.traces, ports.store)
  if (entry === undefined) return { type, result: 'unknown-message' }
  const recipient = recipientOf(report, entry)
  if (recipient === undefined) return { type, result: 'unknown-recipient', messageId: entry.id }
  const told = await tell(report, { entry, recipient, suppress }, ports)
  return { type, result: told ? 'complained' : 'known', messageId: entry.id, recipient }
}

/** The message of ours that left these traces. */
export async function findMessage(
  traces: Traces | undefined,
  store: Pick<QueueStore, 'show' | 'findByMessageId'>,
): Promise<QueueEntry | undefined> {
  if (traces === undefined) return undefined
  const { ids, messageId, times } = traces
  for (const id of ids) {
    const entry = await store.show(id)
    if (entry !== undefined) return entry
  }
  if (messageId === undefined) return undefined
  for (const time of times) {
    const [id] = await store.findByMessageId(messageId, time - MINUTES_MS, time + MINUTES_MS)
    if (id !== undefined) return store.show(id)
  }
  return undefined
}

function recipientOf({ recipients: named }: ComplaintReport, { recipients }: QueueEntry): string | undefined {
  const wanted = new Set(named.map(address => address.toLowerCase()))
  const found = recipients.find(({ address }) => wanted.has(address.toLowerCase()))
  return (found ?? (recipients.length === 1 ? recipients[0] : undefined))?.address
}

interface Complaint {
  readonly entry: QueueEntry
  readonly recipient: string
  readonly suppress: boolean
}

async function tell(
  { type, userAgent }: ComplaintReport,
  { entry, recipient, suppress }: Complaint,
  { store, recorder, clock }: ComplaintPorts,
): Promise<boolean> {
  const { id, tags, account } = entry
  const at = clock.now()
  const common = { ...ofMessage({ messageId: id, tags, account }, at), recipient }
  const complained: ComplainedFact = {
    kind: 'complained',
    ...common,
    feedback: type,
    ...(userAgent !== '' && { reporter: userAgent.slice(0, 200) }),
  }
  const suppression = suppressComplainer(requireAddress(recipient, 'recipient'), type, { messageId: id, now: at })
  const { until, failure } = suppression
  const suppressed: SuppressedFact = { kind: 'suppressed', ...common, until, rule: failure.rule }
  const facts = suppress ? [complained, suppressed] : [complained]
  if (!(await store.recordOnce(facts, suppress ? [suppression] : []))) return false
  for (const fact of facts) recorder.record(fact)
  await countComplaint(entry, recipient, { store, clock })
  return true
}
