/**
 * Mails: bounces, reports and replies to mail that others have collected, from the folder that POSTRIDER_SUITES names, split into
 * two halves by the hash of their file names.
 *
 * Policy. The mails of the *read* half may be looked at while the rules that read reports are written. Those of the *unread*
 * half are opened by the programs that are measured and by nobody else, and nothing of them is ever shown but counts: no text, no
 * name of a file, no single result. The halves hang on `halfOfMail`, which is fixed.
 *
 * Not here: the split of single replies by their wording (corpus.ts), what is measured (report-figures.ts).
 */
import { createHash } from 'node:crypto'
import type { Half } from './corpus.ts'

/** @param file the bare name, such as `lhost-qmail-01.eml` */
export function halfOfMail(file: string): Half {
  const [first = 0] = createHash('sha256').update(file).digest()
  return first % 2 === 0 ? 'read' : 'unread'
}
