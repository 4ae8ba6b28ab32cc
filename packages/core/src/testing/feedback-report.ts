/**
 * FeedbackReport: a complaint as a mail host sends it (ARF), for tests of what follows from one. RFC 5965 §2.
 */
import { Buffer } from 'node:buffer'

/** What the complaint is about. */
export interface FeedbackReportOptions {
  /** The message that it is about, or its header. */
  readonly original: string | Uint8Array
  /** The Feedback-Type (RFC 5965 §3.1). @default abuse */
  readonly type?: string
  /** Original-Rcpt-To; left out unless given. */
  readonly recipient?: string
}

/** Makes a complaint as a mail host sends it (ARF, RFC 5965). */
export function feedbackReport({ original, type = 'abuse', recipient }: FeedbackReportOptions): Buffer {
  const part = (contentType: string, lines: readonly (string | Buffer)[]): readonly (string | Buffer)[] => [
    '--edge-of-a-part',
    `Content-Type: ${contentType}`,
    '',
    ...lines,
  ]
  const lines = [
    'From: feedback@isp.example',
    'Subject: A complaint',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="edge-of-a-part"',
    '',
    ...part('text/plain', ['A recipient called this message spam.']),
    ...part('message/feedback-report', [
      `Feedback-Type: ${type}`,
      'User-Agent: TestFBL/1',
      'Version: 1',
      ...(recipient === undefined ? [] : [`Original-Rcpt-To: <${recipient}>`]),
      '',
    ]),
    ...part('message/rfc822', [Buffer.from(original)]),
    '--edge-of-a-part--',
  ]
  return Buffer.concat(lines.flatMap(line => [Buffer.from(line), Buffer.from('\r\n')]))
}
