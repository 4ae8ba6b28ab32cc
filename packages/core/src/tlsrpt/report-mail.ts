/**
 * ReportMail: a report as the mail of RFC 8460 §5.3.
 *
 * Policy. It asks to be sent whatever the TLS policies of the receiver say, for it may tell of their failure
 * (`TLS-Required: No`, RFC 8689 §3; RFC 8460 §5.3 asks for no less), and it asks for no answer.
 *
 * Not here: the report (report.ts), the signature, which it must have (RFC 8460 §3), and the envelope (the mailer's).
 */
import { Buffer } from 'node:buffer'
import type { Domain } from '../model/address.ts'
import { startOfDay } from '../model/tls-result.ts'
import { compressed, type Submitter, type TlsReport } from './report.ts'

export interface ReportMail {
  readonly report: TlsReport
  readonly day: number
  /** The domain that it is about. */
  readonly about: Domain
  /** `local@domain` */
  readonly from: string
  readonly to: string
  readonly submitter: Submitter
  readonly now: number
  /** With angle brackets. */
  readonly messageId: string
}

const BOUNDARY = '=_tls-report'
const BASE64_LINE = /.{1,76}/g

/** Bytes with CRLF line ends, 7-bit throughout. */
export async function reportMail(mail: ReportMail): Promise<Buffer> {
  const { report, about, from, to, submitter, now, messageId } = mail
  const body = (await compressed(report)).toString('base64').match(BASE64_LINE) ?? []
  const lines = [
    `From: <${from}>`,
    `To: <${to}>`,
    `Date: ${new Date(now).toUTCString().replace('GMT', '+0000')}`,
    // RFC 8460 §5.3 gives its form; each word on a line of its own keeps within RFC 5322 §2.1.1.
    `Subject: Report Domain: ${about}`,
    ` Submitter: ${submitter.domain}`,
    ` Report-ID: <${report['report-id']}>`,
    `Message-ID: ${messageId}`,
    `TLS-Report-Domain: ${about}`,
    `TLS-Report-Submitter: ${submitter.domain}`,
    'TLS-Required: No',
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type="tlsrpt"; boundary="${BOUNDARY}"`,
    '',
    `--${BOUNDARY}`,
    'Content-Type: text/plain; charset=us-ascii',
    '',
    `This is a report about the TLS of mail from ${submitter.domain} to ${about}`,
    `on ${report['date-range']['start-datetime'].slice(0, 10)} (UTC). RFC 8460 says what it means.`,
    '',
    `--${BOUNDARY}`,
    'Content-Type: application/tlsrpt+gzip',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment;',
    ` filename="${fileName(mail)}"`,
    '',
    ...body,
    '',
    `--${BOUNDARY}--`,
    '',
  ]
  return Buffer.from(lines.join('\r\n'), 'latin1')
}

/** RFC 8460 §5.1 */
function fileName({ day, about, submitter }: ReportMail): string {
  const seconds = (at: number): number => startOfDay(at) / 1000
  return `${submitter.domain}!${about}!${seconds(day)}!${seconds(day + 1) - 1}.json.gz`
}
