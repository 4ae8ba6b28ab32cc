/**
 * NoticeContext: what a notice says besides what is due.
 */
import type { Buffer } from 'node:buffer'
import type { Language } from '../language/languages.ts'
import type { Address, Domain } from '../model/address.ts'
import type { Job } from '../model/job.ts'

export interface NoticeContext {
  /** The job whose settlement made the notice due. */
  readonly job: Pick<Job, 'messageId' | 'acceptedAt' | 'expiresAt' | 'envid' | 'ret' | 'requireTls' | 'facts'>
  /** The bytes of the message that the notice is about; absent when they are gone. */
  readonly original?: Buffer
  /** Our name: Reporting-MTA, and the domain of the notice. */
  readonly hostname: Domain
  /** Of who gets it. @default 'en' */
  readonly language?: Language
  /** Milliseconds since 1970. */
  readonly now: number
  /** @default MAILER-DAEMON at the host name */
  readonly from?: Address
  /** @default a new one */
  readonly noticeMessageId?: string
  /** A larger original comes back as its header. @default 262144 */
  readonly returnBytes?: number
}
