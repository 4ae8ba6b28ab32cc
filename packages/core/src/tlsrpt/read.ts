/** The door of tlsrpt/ for reading the reports of others: it loads nothing else. */
export { type ReportSummary, summariseReport } from './explain.ts'
export { readTlsReport } from './read-mail.ts'
export type { ReadFailure, ReadPolicy, ReadReport, ReportProblem } from './read-report.ts'
