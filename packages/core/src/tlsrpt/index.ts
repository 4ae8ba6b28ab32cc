/** Door of tlsrpt/: what sessions showed of TLS, counted, and reported to those who ask. Reports of others: read.ts. */
export { TlsCounts } from './counts.ts'
export type { Submitter } from './report.ts'
export { reportMail } from './report-mail.ts'
export { type MailWanted, Reporter } from './reporter.ts'
export { noRouteResult, sessionResult } from './result.ts'
