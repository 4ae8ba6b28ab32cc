/**
 * PauseText: until when nothing goes to a mail site and why, as what follows "waits".
 */
import type { PausedSite } from '@postrider/core'
import { duration, moment } from '../terminal/index.ts'

export function pauseText({ site, until, because }: PausedSite, now: number): string {
  const why = because === '' ? '' : `: ${because}`
  return `until ${moment(until)}, in ${duration(Math.max(0, until - now))}, because ${site} is paused${why}`
}
