/**
 * RefusingWrong: what the relay does not take of a value is the caller's mistake.
 */
import { MailerError, type MailerErrorCode } from '@postrider/core'
import { invalid } from './api-error.ts'

/** @throws ApiError 422 for errors of these codes */
export async function refusingWrong<T>(codes: readonly MailerErrorCode[], work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (MailerError.is(error) && codes.includes(error.code)) throw invalid(error.message)
    throw error
  }
}
