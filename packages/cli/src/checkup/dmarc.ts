/**
 * Dmarc: what receivers report of mail in our name, in a line for each domain.
 *
 * Policy. What cannot be read is told, and the other checks go on. That mail of ours fails is a warning; what may be done next is a note. Without any report nothing is told: whether reports are
 * asked for is a check of the sender's records.
 *
 * Not here: the reports in full (the command `dmarc`).
 */
import type { DmarcOverview, Mailer } from '@postrider/core'
import { say } from '../language/dmarc.ts'
import { type Finding, finding } from './finding.ts'

const DAYS = 30

export async function checkDmarcSeen(mailer: Pick<Mailer, 'dmarc'>): Promise<readonly Finding[]> {
  try {
    return (await mailer.dmarc({ days: DAYS })).map(lineOf)
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    return [finding('dmarc.seen', { level: 'unknown', found, wanted: say('dmarc.wanted') })]
  }
}

function lineOf(one: DmarcOverview): Finding {
  const { domain, advice, policy, messages, reports, days, aligned, ours, next } = one
  const percent = (good: number, all: number): string => (all === 0 ? '-' : `${Math.floor((good / all) * 1000) / 10} %`)
  const figures = { share: percent(aligned, messages), ours: percent(ours.aligned, ours.messages) }
  return finding('dmarc.seen', {
    level: advice === 'mend' ? 'warn' : advice === 'raise' || advice === 'name' ? 'note' : 'ok',
    found: say('dmarc.domain', { domain, policy, messages, reports, days, ...figures }),
    wanted: say('dmarc.wanted'),
    fix: advice === 'raise' ? `postrider dns ${domain} --dmarc ${next}` : `postrider dmarc ${domain}`,
  })
}
