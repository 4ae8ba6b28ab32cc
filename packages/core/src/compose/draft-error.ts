/**
 * DraftError: what is wrong with a draft, a header value or ready-made bytes, and how each is usually mended.
 */
import type { MailerError } from '../model/error.ts'
import { wrongValue } from '../model/wrong-value.ts'

export { shown } from '../model/wrong-value.ts'

export function invalidDraft(where: string, found: string, wanted: string, fix?: string, cause?: unknown): MailerError {
  return wrongValue('invalid-draft', { where, found, wanted, fix: fix ?? `correct ${where} of the draft`, cause })
}

export function invalidHeader(where: string, found: string, wanted: string, fix?: string): MailerError {
  const usual = `remove the forbidden characters from ${where}`
  return wrongValue('invalid-header', { where, found, wanted, fix: fix ?? usual })
}

export function invalidMessage(where: string, found: string, wanted: string, fix: string): MailerError {
  return wrongValue('invalid-message', { where, found, wanted, fix })
}
