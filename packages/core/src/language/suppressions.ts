/** Suppressions: why an address is not mailed any more, where no reply of a host says it. */
import { type Say, speaker } from './speaker.ts'

export const SUPPRESSIONS = {
  complained: 'the recipient called an earlier message spam ({feedback})',
  unsubscribed: 'the recipient unsubscribed',
  listed: 'the address is on the list of those that are not mailed',
  'listed-because': 'the address is on the list of those that are not mailed: {note}',
} as const

export const say: Say<typeof SUPPRESSIONS> = speaker(SUPPRESSIONS)
