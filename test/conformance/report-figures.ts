/**
 * ReportFigures: what was measured last of mails that came back, in report-figures.json, from where docs/failures.md has it.
 * Written anew with `POSTRIDER_SUITES=… node --conditions=@postrider/source test/conformance/report-figures.ts`. The Debian
 * packages libsisimai-perl and libmail-deliverystatus-bounceparser-perl are asked where they are installed; what they said before
 * is kept where they are not.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Half } from './corpus.ts'
import { bounceParserMails, sisimaiOwn } from './perl-readers.ts'
import { measureReports, ours, type ReportFigures, type ReportJudge } from './report-measure.ts'

export interface MeasuredReports {
  readonly half: Half
  readonly judge: string
  readonly figures: ReportFigures
}

const FILE: string = join(import.meta.dirname, 'report-figures.json')

export function measuredReports(): readonly MeasuredReports[] {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as readonly MeasuredReports[]) : []
}

function measureAll(): readonly MeasuredReports[] {
  const judges: readonly (readonly [name: string, judge: ReportJudge | undefined])[] = [
    ['Postrider', ours],
    ['libsisimai 4.25', sisimaiOwn()],
    ['BounceParser 1.543', bounceParserMails()],
  ]
  return (['read', 'unread'] as const).flatMap(half =>
    judges.flatMap(([judge, opinion]) =>
      opinion === undefined
        ? measuredReports().filter(one => one.judge === judge && one.half === half)
        : [{ half, judge, figures: measureReports(half, opinion) }],
    ),
  )
}

if (import.meta.main) writeFileSync(FILE, `${JSON.stringify(measureAll(), undefined, 1)}\n`)
