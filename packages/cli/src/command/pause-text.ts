/**
 * PauseText: until when nothing goes to a mail site and why, as what follows "waits".
 */
import type { SiteRest } from '@postrider/core'
import { duration, moment } from '../terminal/index.ts'

export function pauseText({ site, until, because }: SiteRest, now: number): string {
  const why = because === '' ? '' : `: ${because}`
  return `until ${moment(until)}, in ${duration(Math.max(0, until - now))}, because ${site} is paused${why}`
}
