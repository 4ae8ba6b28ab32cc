/** 繁體中文（台灣）: every catalogue by its subject. */
import type { Translation } from '../english.ts'
import { checkup } from './checkup.ts'
import { commands } from './commands.ts'
import { dmarc } from './dmarc.ts'
import { fileProblems } from './file-problems.ts'
import { files } from './files.ts'
import { help } from './help.ts'
import { inbound } from './inbound.ts'
import { received } from './received.ts'
import { receivedChecks } from './received-checks.ts'
import { records } from './records.ts'
import { spamCategories } from './spam-categories.ts'
import { stateChecks } from './state-checks.ts'
import { typed } from './typed.ts'
import { words } from './words.ts'

export const ZH_TW: Translation = {
  checkup,
  commands,
  dmarc,
  files,
  'file-problems': fileProblems,
  inbound,
  received,
  'received-checks': receivedChecks,
  records,
  'spam-categories': spamCategories,
  'state-checks': stateChecks,
  typed,
  words,
  help,
}
