/** English: every catalogue of the command line by its subject, for tests and translations. */
import type { Text, Texts } from '@postrider/core/language'
import { CHECKUP } from './checkup.ts'
import { COMMAND_TEXTS } from './commands.ts'
import { DMARC } from './dmarc.ts'
import { FILE_PROBLEMS, FILE_TEXTS } from './files.ts'
import { INBOUND } from './inbound.ts'
import { RECEIVED, SPAM_CATEGORIES } from './received.ts'
import { RECEIVED_CHECKS } from './received-checks.ts'
import { RECORDS } from './records.ts'
import { STATE_CHECKS } from './state-checks.ts'
import { TYPED } from './typed.ts'
import { WORDS } from './words.ts'

export interface English {
  readonly checkup: typeof CHECKUP
  readonly commands: typeof COMMAND_TEXTS
  readonly dmarc: typeof DMARC
  readonly files: typeof FILE_TEXTS
  readonly 'file-problems': Flat<typeof FILE_PROBLEMS>
  readonly inbound: typeof INBOUND
  readonly received: typeof RECEIVED
  readonly 'received-checks': Flat<typeof RECEIVED_CHECKS>
  readonly records: typeof RECORDS
  readonly 'spam-categories': typeof SPAM_CATEGORIES
  readonly 'state-checks': Flat<typeof STATE_CHECKS>
  readonly typed: typeof TYPED
  readonly words: typeof WORDS
}

export const ENGLISH: English = {
  checkup: CHECKUP,
  commands: COMMAND_TEXTS,
  dmarc: DMARC,
  files: FILE_TEXTS,
  'file-problems': flat(FILE_PROBLEMS),
  inbound: INBOUND,
  received: RECEIVED,
  'received-checks': flat(RECEIVED_CHECKS),
  records: RECORDS,
  'spam-categories': SPAM_CATEGORIES,
  'state-checks': flat(STATE_CHECKS),
  typed: TYPED,
  words: WORDS,
}

/** What stands in the code for each subject. */
export const CATALOGUES: { readonly [Subject in keyof English]: object } = {
  ...ENGLISH,
  'file-problems': FILE_PROBLEMS,
  'received-checks': RECEIVED_CHECKS,
  'state-checks': STATE_CHECKS,
}

/** The same keys in every subject, and what `--help` says of a command and its flags, by the keys of help.ts. */
export type Translation = {
  readonly [Subject in keyof English]: Readonly<Partial<Record<keyof English[Subject], Text>>>
} & { readonly help: Texts }

type Flat<Table> = {
  readonly [Key in { [Id in keyof Table & string]: `${Id}.${keyof Table[Id] & string}` }[keyof Table & string]]: string
}

function flat<const Table extends Readonly<Record<string, object>>>(table: Table): Flat<Table> {
  return Object.fromEntries(
    Object.entries(table).flatMap(([id, texts]) =>
      Object.entries(texts).map(([name, text]) => [`${id}.${name}`, text]),
    ),
  ) as Flat<Table>
}
