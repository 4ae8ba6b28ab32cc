/** SMTP: the client side of the protocol. Knows sockets, not domains, queues or bounces. */

export { bindProblem } from './dial.ts'
export { SmtpError } from './errors.ts'
export type { Extensions } from './extensions.ts'
export { type Inquired, type InquiryTarget, inquire } from './inquiry.ts'
export { ReplyParser } from './reply-parser.ts'
export { type OpenOptions, type Phase, Session, type SessionPorts } from './session.ts'
export { defaultTimeouts, type Timeouts } from './timeouts.ts'
export { TlsTrust } from './tls.ts'
export { requirementKey, TlsSessions } from './tls-sessions.ts'
export { type Transaction, transact } from './transaction.ts'
