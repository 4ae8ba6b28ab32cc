/**
 * Refusal: every refusal the relay can utter, in one table: code, enhanced status, and what to do about it.
 *
 * Policy. A reply is one short line, because forums read one line of 256 octets or fewer (Discuz!, phpBB, SMF). A recipient
 * that is refused for good gets 550 and nothing else: phpBB drops the mail for everyone at any other code. What may pass
 * gets a 4yz. Nothing in a reply tells whether a user name exists.
 *
 * Not here: when to refuse (the other files of this room), how a reply is written (listener/reply.ts).
 * RFC 5321 §4.2, RFC 3463, RFC 4954 §6, RFC 6409 §4.1 and §6.
 */
import { type Check, MailerError } from '@postrider/core'
import type { Limited } from './rate.ts'

export interface Reply {
  readonly code: number
  /** RFC 3463; greeting, EHLO and 3yz replies have none (RFC 2034 §3). */
  readonly enhanced?: string
  readonly text: string
  /** The connection ends after this reply. */
  readonly close?: true
  /** No client that means well hears it often: it counts, and comes late. */
  readonly isMistake?: true
  /** A limit is behind it; SMTP has no field for that. */
  readonly limited?: Limited
}

const TABLE = {
  // The session
  'too-many-connections': [421, '4.7.0', 'Too many connections; try again in a moment'],
  'too-many-from-you': [421, '4.7.0', 'Too many connections from your address; try again in a moment'],
  banned: [421, '4.7.0', 'Too many failed logins from your address; try again later'],
  'shutting-down': [421, '4.3.2', 'Shutting down; try again in a moment'],
  idle: [421, '4.4.2', 'Idle for too long, closing'],
  'too-many-errors': [421, '4.7.0', 'Too many errors, closing'],
  'not-http': [421, '4.7.0', 'This is a mail server, closing'],
  'input-flood': [421, '4.7.0', 'Too much input before a reply, closing'],
  'data-too-soon': [421, '4.7.0', 'Content came before 354, closing'],
  'dot-alone': [421, '4.7.0', 'A line with a single dot ended the message, closing; double such dots'],
  internal: [451, '4.3.0', 'Internal trouble; try again later'],

  // Commands
  'line-too-long': [500, '5.5.2', 'Line too long'],
  unknown: [500, '5.5.1', 'Command not known'],
  syntax: [501, '5.5.2', 'Syntax error'],
  'no-arguments': [501, '5.5.4', 'No arguments are allowed here'],
  'not-supported': [502, '5.5.1', 'Command not supported'],
  'hello-first': [503, '5.5.1', 'Say EHLO first'],
  'mail-first': [503, '5.5.1', 'Say MAIL first'],
  'rcpt-first': [503, '5.5.1', 'No valid recipients; say RCPT first'],
  'in-transaction': [503, '5.5.1', 'Not possible inside a mail transaction'],
  'bad-parameter': [501, '5.5.4', 'Bad parameter'],
  'unknown-parameter': [555, '5.5.4', 'Parameter not known'],
  'tls-active': [503, '5.5.1', 'TLS is active already'],
  'tls-nothing-behind': [501, '5.5.2', 'Nothing may follow STARTTLS before TLS is active'],

  // Login
  'login-needs-tls': [538, '5.7.11', 'Encryption required for login: use STARTTLS, or port 465 with TLS'],
  'login-required': [530, '5.7.0', 'Log in first'],
  'login-after-tls': [530, '5.7.0', 'Use STARTTLS first, then log in'],
  'login-done': [503, '5.5.1', 'You are logged in already'],
  'login-unknown-method': [504, '5.5.4', 'Login method not known; use PLAIN or LOGIN'],
  'login-failed': [535, '5.7.8', 'User name or password is wrong'],
  'login-aborted': [501, '5.7.0', 'Login aborted'],
  'login-malformed': [501, '5.5.2', 'Login data cannot be decoded: it is not base64'],
  'login-line-too-long': [500, '5.5.6', 'Login data is too long; the login is over'],
  'login-incomplete': [501, '5.5.2', 'Login data lacks a part, or has one too many, for this login method'],
  'login-as-another': [535, '5.7.8', 'You cannot act for another user: leave the authorization identity empty'],
  'login-busy': [454, '4.7.0', 'Too many logins at once; try again in a moment'],
  'login-over': [530, '5.7.0', 'This account is no more; log in with another'],
  'login-trouble': [454, '4.7.0', 'Logins cannot be checked now; try again later'],

  // The transaction
  'requiretls-needs-tls': [530, '5.7.0', 'REQUIRETLS needs TLS here'],
  'sender-malformed': [501, '5.1.7', 'The sender address is not valid'],
  'sender-not-allowed': [550, '5.7.1', 'You may not send as this address'],
  'from-not-allowed': [550, '5.7.1', 'You may not use this From address'],
  'sender-field-not-allowed': [550, '5.7.1', 'You may not use this Sender address'],
  'from-missing': [550, '5.6.0', 'The message has no From address'],
  'recipient-malformed': [550, '5.1.3', 'The recipient address is not valid'],
  'no-such-recipient': [550, '5.1.1', 'No such address here'],
  'no-report': [550, '5.7.1', 'This address takes reports about mail, and nothing else'],
  'report-too-late': [550, '5.1.6', 'That message is too old: nothing is known of it any more; write to its author'],
  'dmarc-reject': [550, '5.7.1', 'The domain of the author wants such mail refused (DMARC)'],
  'auth-trouble': [451, '4.7.1', 'The records of the sender could not be looked up; try again later'],
  'not-wanted': [550, '5.7.1', 'Mail to this address is not wanted'],
  'endpoint-later': [451, '4.3.0', 'What takes the mail to this address does not answer; try again later'],
  'report-not-ours': [550, '5.7.1', 'The report is not of a domain of ours, or not of the last month'],
  'reports-full': [452, '4.2.2', 'That day has had as many reports as it may; try again later'],
  'recipient-suppressed': [550, '5.1.1', 'The address proved not to exist'],
  'recipient-complained': [550, '5.7.1', 'The recipient called earlier mail spam'],
  'too-many-recipients': [452, '4.5.3', 'Too many recipients in one message; send the rest separately'],
  'rate-messages': [450, '4.7.1', 'Too many messages; try again later'],
  'rate-recipients': [450, '4.7.1', 'Too many recipients; try again later'],
  'too-large': [552, '5.3.4', 'The message is too large'],
  'mail-loop': [554, '5.4.6', 'Too many Received lines: this message goes round in circles'],
  malformed: [554, '5.6.0', 'The message is malformed'],
  'not-cleared': [550, '5.7.1', 'Receivers would refuse this sender'],
  'disk-full': [452, '4.3.1', 'Not enough space; try again later'],
  'queue-full': [452, '4.3.1', 'The queue is full; try again later'],
  'queue-trouble': [451, '4.3.0', 'The queue cannot be used now; try again later'],
  overloaded: [451, '4.3.2', 'Too busy; try again in a moment'],
  'cannot-sign': [451, '4.7.0', 'The message cannot be signed now; the operator must look'],
} as const

export type RefusalName = keyof typeof TABLE

/** Every refusal, for documentation and tests. */
export const REFUSAL_NAMES: readonly RefusalName[] = Object.keys(TABLE) as RefusalName[]

/** Replies of 512 octets are the least a client must take (RFC 5321 §4.5.3.1.5); old ones read 256. */
const LONGEST_TEXT = 230

/** A refusal in the words of the table, or in those of `text`; 421 ends the connection. */
export function refuse(name: RefusalName, text?: string): Reply {
  const [code, enhanced, words] = TABLE[name]
  const reply: Reply = { code, enhanced, text: oneLine(text ?? words) }
  return code === 421 ? { ...reply, close: true } : reply
}

/** Carries a refusal out of a callback of the mailer. */
export class RefusedError extends Error {
  override readonly name: string = 'RefusedError'
  readonly reply: Reply
  constructor(reply: Reply) {
    super(reply.text)
    this.reply = reply
  }
}

/** What `mailer.accept()` threw, as a reply. An error that is not the sender's is worth another try. */
export function refusalOf(error: unknown): Reply {
  if (error instanceof RefusedError) return error.reply
  if (!MailerError.is(error)) return refuse('internal')
  switch (error.code) {
    case 'not-cleared':
      return refuseUncleared(error)
    case 'queue-full':
      return refuse('queue-full')
    case 'queue-unavailable':
    case 'queue-outcome-unknown':
    case 'queue-newer':
      return refuse('queue-trouble')
    case 'message-too-large':
      return refuse('too-large')
    case 'too-many-recipients':
      return refuse('too-many-recipients')
    case 'invalid-message':
    case 'invalid-header':
    case 'invalid-draft':
    case 'invalid-address':
      return refuse('malformed', `The message is malformed: ${error.message}`)
    case 'cannot-sign':
    case 'invalid-key':
      return refuse('cannot-sign')
    case 'closed':
      return refuse('shutting-down')
    case 'aborted':
      return refuse('overloaded')
    default:
      return refuse('internal')
  }
}

/** What is wrong with the sender's own domain: the enhanced status says which record to publish. RFC 7372 §3 */
function refuseUncleared(error: MailerError): Reply {
  const failed = checksOf(error).filter(check => check.level === 'fail')
  const worst = failed[0]
  if (worst === undefined) return refuse('not-cleared', error.message)
  const family = worst.id.split('.')[0]
  const enhanced = family === 'spf' ? '5.7.23' : family === 'dkim' ? '5.7.20' : family === 'egress' ? '5.7.25' : '5.7.1'
  const publish = worst.fix === undefined ? `wanted: ${worst.wanted}` : `publish: ${worst.fix}`
  return { code: 550, enhanced, text: oneLine(`${worst.found}; ${publish}`) }
}

function checksOf(error: MailerError): readonly Check[] {
  const checks = (error as { readonly checks?: unknown }).checks
  return Array.isArray(checks) ? (checks as readonly Check[]) : []
}

function oneLine(text: string): string {
  const line = text.replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ').trim()
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT - 3)}...` : line
}
