/**
 * LateReports: what takes mail that tells about mail, loaded by the first. Few take reports, and reading them needs parsers of its own.
 */
import type { MailerParts } from '../assembly/mailer-parts.ts'
import type { ComplaintPorts, Feedback, TakeFeedbackOptions } from '../flow/complaint.ts'
import type { TakenReport } from '../flow/take-report.ts'
import { shown, wrongValue } from '../model/wrong-value.ts'
import { DEFAULT_SUPPRESS } from '../outcome/index.ts'
import { bytesOf } from './arguments.ts'
import { ownDomains } from './dmarc.ts'
import type { ReportRequest } from './requests.ts'

const REPORT_KINDS: readonly TakenReport['kind'][] = [
  'returned',
  'complaint',
  'auto-reply',
  'unsubscribe',
  'dmarc',
  'tls',
  'other',
]

export async function takeFeedback(
  report: Uint8Array,
  options: TakeFeedbackOptions,
  ports: ComplaintPorts,
): Promise<Feedback> {
  const complaint = await import('../flow/complaint.ts')
  return complaint.takeFeedback(bytesOf(report, 'report'), options, ports)
}

export async function takeReport(
  bytes: Uint8Array,
  { to, kinds }: ReportRequest,
  { store, recorder, clock, live }: MailerParts,
): Promise<TakenReport> {
  for (const kind of kinds ?? []) {
    const wanted = `one of ${REPORT_KINDS.join(', ')}`
    if (!REPORT_KINDS.includes(kind))
      throw wrongValue('invalid-option', { where: 'options.kinds', found: shown(kind), wanted })
  }
  const report = await import('../flow/take-report.ts')
  const { hostname, queue, delivery, feedback } = live.options
  const { unsubscribeSuppresses } = feedback
  const passing = {
    hostname,
    returnDomain: live.returnKeys?.domain,
    expireAfterMs: delivery.retry.expireAfterMs,
    cards: queue.cards,
  }
  const domains = ownDomains(live.options)
  const policy = { suppress: DEFAULT_SUPPRESS, unsubscribeSuppresses }
  const ports = { store, recorder, clock, ...policy, keys: live.returnKeys, passing, domains }
  return report.takeReport(bytesOf(bytes, 'report'), { to, kinds }, ports)
}
