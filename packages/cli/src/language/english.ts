/** English: every catalogue of the command line by its subject, for tests and translations. */
import type { Texts } from '@postrider/core/language'
import { CHECKUP } from './checkup.ts'
import { COMMAND_TEXTS } from './commands.ts'
import { FILE_PROBLEMS, FILE_TEXTS } from './files.ts'
import { RECEIVED, SPAM_CATEGORIES } from './received.ts'
import { RECORDS } from './records.ts'

export const ENGLISH: Readonly<Record<string, Texts>> = {
  checkup: CHECKUP,
  commands: COMMAND_TEXTS,
  files: FILE_TEXTS,
  'file-problems': Object.fromEntries(
    Object.entries(FILE_PROBLEMS).flatMap(([code, { problem, fix }]) => [
      [`${code}.problem`, problem],
      [`${code}.fix`, fix],
    ]),
  ),
  received: RECEIVED,
  records: RECORDS,
  'spam-categories': SPAM_CATEGORIES,
}
