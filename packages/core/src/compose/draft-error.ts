/**
 * DraftError: how this room words what is wrong with a draft, a header value or ready-made bytes.
 */
import { MailerError } from '../model/error.ts'

const LONGEST_SHOWN = 80

/** A value as it may stand in an error message: one line, bounded. */
export function shown(value: unknown): string {
  const text =
    typeof value === 'string' ? JSON.stringify(value) : value === null ? 'null' : `a value of type ${kind(value)}`
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}… (${text.length} characters)`
}

function kind(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value
}

export function invalidDraft(where: string, found: string, wanted: string, fix?: string, cause?: unknown): MailerError {
  return new MailerError('invalid-draft', `${where}: found ${found}, wanted ${wanted}`, {
    where,
    found,
    wanted,
    fix: fix ?? `correct ${where} of the draft`,
    cause,
  })
}

export function invalidHeader(where: string, found: string, wanted: string, fix?: string): MailerError {
  return new MailerError('invalid-header', `${where}: found ${found}, wanted ${wanted}`, {
    where,
    found,
    wanted,
    fix: fix ?? `remove the forbidden characters from ${where}`,
  })
}

export function invalidMessage(where: string, found: string, wanted: string, fix: string): MailerError {
  return new MailerError('invalid-message', `${where}: found ${found}, wanted ${wanted}`, { where, found, wanted, fix })
}
