/** Report: mail that tells about mail, as plain values. */
export type { AuthenticationReport, AuthenticationRow } from './dmarc-report.ts'
export type {
  AboutMessage,
  AutoReplyReport,
  ComplaintReport,
  MailReport,
  Purpose,
  ReturnedReport,
  UnsubscribeReport,
} from './mail-report.ts'
export { readMailReport } from './read-mail-report.ts'
export {
  printReturnAddress,
  type ReturnAddress,
  type ReturnKeys,
  type ReturnProblem,
  readReturnAddress,
} from './return-address.ts'
export type { Traces } from './traces.ts'
