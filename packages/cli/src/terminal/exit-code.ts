/**
 * Exit codes, after sysexits(3), so that scripts and mail software read them as they read sendmail's.
 */
export const EXIT = {
  ok: 0,
  /** doctor: the worst check is a warning. */
  warned: 1,
  /** doctor: the worst check is a failure. */
  failed: 2,
  /** EX_USAGE: a flag or argument is wrong. */
  usage: 64,
  /** EX_DATAERR: the message or an address in it is wrong. */
  data: 65,
  /** EX_NOINPUT: a file cannot be read. */
  noInput: 66,
  /** EX_NOUSER: a recipient does not exist. */
  noUser: 67,
  /** EX_NOHOST: a domain does not exist or takes no mail. */
  noHost: 68,
  /** EX_UNAVAILABLE: refused for good, for another reason. */
  unavailable: 69,
  /** EX_SOFTWARE: a bug of this program. */
  software: 70,
  /** EX_CANTCREAT: a file cannot be written. */
  cannotCreate: 73,
  /** EX_IOERR: the queue cannot be read or written. */
  io: 74,
  /** EX_TEMPFAIL: not now; it stays in the queue. */
  tempFail: 75,
  /** EX_NOPERM: preflight refused: receivers would not take mail from this sender. */
  notPermitted: 77,
  /** EX_CONFIG: the configuration is wrong. */
  config: 78,
  /** Ended by Ctrl-C: 128 and the number of the signal, as shells say it; so the next two. */
  interrupted: 130,
  /** Nobody reads the output any more. */
  brokenPipe: 141,
  terminated: 143,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const CODES: Readonly<Record<string, ExitCode>> = {
  'invalid-option': EXIT.config,
  'invalid-config': EXIT.config,
  'invalid-key': EXIT.config,
  'invalid-draft': EXIT.data,
  'invalid-address': EXIT.data,
  'invalid-header': EXIT.data,
  'invalid-message': EXIT.data,
  'message-too-large': EXIT.data,
  'too-many-recipients': EXIT.data,
  'not-cleared': EXIT.notPermitted,
  'cannot-sign': EXIT.config,
  'queue-unavailable': EXIT.io,
  'queue-outcome-unknown': EXIT.tempFail,
  'queue-full': EXIT.io,
  'queue-newer': EXIT.io,
  'unknown-message': EXIT.data,
  'duplicate-key': EXIT.data,
  'not-possible': EXIT.unavailable,
  aborted: EXIT.tempFail,
}

/** The exit code for a MailerError's code; anything else is a bug. */
export function exitCodeOf(errorCode: string): ExitCode {
  return CODES[errorCode] ?? EXIT.software
}
