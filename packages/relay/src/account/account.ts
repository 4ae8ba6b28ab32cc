/**
 * Account: someone who may submit, the senders it may use, and how much.
 *
 * Not here: passwords (secret.ts), where accounts are kept (store.ts), whether one message keeps to this (admission/).
 */

import type { PassOnTo, ReturnPathUse, UnsubscribeUse } from '@postrider/core'

/** Who may hand mail over, and as whom. */
export interface Account {
  /** What is typed as user name, in lower case. It is also the name of the account in logs, facts and limits. */
  readonly name: string
  /** Addresses it may use as MAIL FROM and From: `bob@abc.mail`, `*@abc.mail`, `*@*.abc.mail`; `*` is everyone. */
  readonly senders: readonly string[]
  /** What a From and a MAIL FROM that are not allowed are replaced with; absent refuses such a message. */
  readonly rewriteFrom?: string
  /** Whether its mail leaves with a return address of ours. */
  readonly returnPath?: ReturnPathUse
  /** Who gets what comes back to it, as a mail. */
  readonly passOn?: PassOnTo
  /** Which of its mail gets a List-Unsubscribe of ours. */
  readonly unsubscribe?: UnsubscribeUse
  /** What it is called in Feedback-ID. */
  readonly feedbackId?: string
  /** Of the addresses that its mail leaves from. */
  readonly pool?: string
  /** How much it may submit; absent: as the limits of the relay say. */
  readonly limits?: AccountLimits
}

/** How much one account may submit; what is absent is as the relay's own limits say. */
export interface AccountLimits {
  /** Messages in a minute, at most; 0 is no limit. */
  readonly messagesPerMinute?: number
  /** Messages in an hour, at most; 0 is no limit. */
  readonly messagesPerHour?: number
  /** Messages in a day, at most; 0 is no limit. */
  readonly messagesPerDay?: number
  /** Recipients in a minute, at most; 0 is no limit. */
  readonly recipientsPerMinute?: number
  /** Recipients in an hour, at most; 0 is no limit. */
  readonly recipientsPerHour?: number
  /** Recipients in a day, at most; 0 is no limit. */
  readonly recipientsPerDay?: number
}

/** An account with the hash of its password, as it is kept. */
export interface AccountRecord extends Account {
  /** As secret.ts writes it. */
  readonly secretHash: string
}

/** User names are compared without case and without white space around them. */
export function accountName(text: string): string {
  return text.trim().normalize('NFC').toLowerCase()
}
