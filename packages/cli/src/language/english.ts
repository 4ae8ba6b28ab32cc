/** English: every catalogue of the command line by its subject, for tests and translations. */
import type { Texts } from '@postrider/core/language'
import { CHECKUP } from './checkup.ts'
import { RECEIVED, SPAM_CATEGORIES } from './received.ts'
import { RECORDS } from './records.ts'

export const ENGLISH: Readonly<Record<string, Texts>> = {
  checkup: CHECKUP,
  received: RECEIVED,
  records: RECORDS,
  'spam-categories': SPAM_CATEGORIES,
}
