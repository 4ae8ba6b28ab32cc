/**
 * Say: a text of the interface by its key, in the language that is shown.
 *
 * Not here: the texts (a file each subject), which language that is (chosen.ts), numbers and dates (part/written.ts).
 */
import { type Say, speaker } from '@postrider/core/language'
import { ENGLISH } from './english.ts'

export const say: Say<typeof ENGLISH> = speaker(ENGLISH)
