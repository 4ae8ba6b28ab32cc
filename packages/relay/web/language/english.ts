/**
 * English: all texts of the interface, a file each subject, as a translation has them.
 */
import { ADVICE } from './advice.ts'
import { INBOX } from './inbox.ts'
import { MAIL } from './mail.ts'
import { OVERVIEW } from './overview.ts'
import { RELAY } from './relay.ts'
import { SHELL } from './shell.ts'

export const ENGLISH: typeof SHELL & typeof MAIL & typeof INBOX & typeof OVERVIEW & typeof ADVICE & typeof RELAY = {
  ...SHELL,
  ...MAIL,
  ...INBOX,
  ...OVERVIEW,
  ...ADVICE,
  ...RELAY,
}
