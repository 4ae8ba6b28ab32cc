/**
 * PauseText: until when nothing goes to a mail site and why, as what follows "waits".
 */

import type { PausedSite } from '@postrider/core'
import { say } from '../language/commands.ts'
import { duration, moment } from '../terminal/index.ts'

export function pauseText({ site, until, because }: PausedSite, now: number): string {
  const why = because === '' ? '' : `: ${because}`
  return say('pause.until', { time: moment(until), wait: duration(Math.max(0, until - now)), site, why })
}
