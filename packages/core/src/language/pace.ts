/** Pace: why a message waits without an attempt. */
import { type Say, speaker } from './speaker.ts'

export const PACE = {
  'warm-up.source': '{site} takes {cap} recipients a day from {name} for now, and {used} were used today',
  'warm-up.sender': '{site} takes {cap} recipients a day of senders at {name} for now, and {used} were used today',
} as const

export const say: Say<typeof PACE> = speaker(PACE)
