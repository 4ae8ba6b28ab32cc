/**
 * Envelope: reverse-path, recipients, and what the sender wants to hear. RFC 5321 §2.3.1, RFC 3461.
 */
import type { Address } from './address.ts'

/** RFC 3461 §4.1 */
export type Notify = 'never' | 'success' | 'failure' | 'delay'

export interface Recipient {
  readonly address: Address
  /** Absent: failure and delay, as if NOTIFY were not given. */
  readonly notify?: readonly Notify[]
  /** ORCPT as `addr-type;xtext` was received, decoded. RFC 3461 §4.2 */
  readonly originalRecipient?: string
}

export interface Envelope {
  /** `null` is the null reverse-path `<>`. */
  readonly reversePath: Address | null
  readonly recipients: readonly Recipient[]
  /** RET. RFC 3461 §4.3 */
  readonly ret?: 'full' | 'headers'
  /** ENVID, decoded. RFC 3461 §4.4 */
  readonly envid?: string
  /** REQUIRETLS was asked for (RFC 8689). */
  readonly requireTls?: boolean
}
