/**
 * Envelope: reverse-path, recipients, and what the sender wants to hear. RFC 5321 §2.3.1, RFC 3461.
 */
import type { Address } from './address.ts'

/** RFC 3461 §4.1 */
export type Notify = 'never' | 'success' | 'failure' | 'delay'

/** Which mail leaves with a return address of ours (flow/return-path.ts). */
export const RETURN_PATH_USES = ['auto', 'ours', 'as-given'] as const
/** Whether a message leaves with a return address of ours. */
export type ReturnPathUse = (typeof RETURN_PATH_USES)[number]

/** Who gets what comes back to a return address of ours (flow/pass-on.ts). */
export const PASS_ON_TO = ['sender', 'nobody'] as const
export type PassOnTo = (typeof PASS_ON_TO)[number]

/** Which mail gets a List-Unsubscribe of ours (flow/feedback-fields.ts). */
export const UNSUBSCRIBE_USES = ['as-given', 'lists', 'all'] as const
export type UnsubscribeUse = (typeof UNSUBSCRIBE_USES)[number]

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
  /** MAIL FROM is a return address of ours, one for each recipient, in place of the reverse-path. */
  readonly returnsToUs?: boolean
  /** What comes back to that address is passed on to the reverse-path. */
  readonly passesOn?: boolean
  /** REQUIRETLS was asked for (RFC 8689). */
  readonly requireTls?: boolean
}
