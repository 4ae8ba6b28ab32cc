/**
 * ReportMeasure: how the mails of a collection are read and judged, half by half: the number of recipients, whether the address
 * is gone for good, and why. Right is a mail of which all three are.
 *
 * Policy. Only counts leave here of the unread half. Reasons are compared as reasons.ts has it, which was written before; what a
 * label says cannot be told (`onhold`, `undefined`) counts for number and hard alone.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Failure } from '../../packages/core/src/model/failure.ts'
import { judgeReturned } from '../../packages/core/src/outcome/index.ts'
import { type MailReport, readMailReport } from '../../packages/core/src/report/index.ts'
import { type Half, readJson } from './corpus.ts'
import { halfOfMail } from './mails.ts'
import type { Share } from './measure.ts'
import { HARD, SISIMAI } from './reasons.ts'

export interface WantedRecipient {
  readonly reason: string
  readonly hard: boolean
}

/** What a program says of a mail, one for each recipient. */
export interface Told {
  readonly hard: boolean
  readonly saysSame: (reason: string) => boolean
  readonly because: string
}

export type ReportJudge = (file: string, bytes: Buffer) => readonly Told[]

export interface ReportFigures {
  readonly mails: number
  readonly number: Share
  readonly hard: Share
  readonly reason: Share
  /** All three. */
  readonly right: Share
  /** The same without the mails of which something is labelled `filtered` (told.ts), or cannot be told. */
  readonly rightWhereTold: Share
}

const suites: string = process.env.POSTRIDER_SUITES ?? ''
const FOLDER: string = join(suites, 'bounce/sisimai/mails')

export function sisimaiMails(
  half: Half,
): readonly { readonly file: string; readonly wanted: readonly WantedRecipient[] }[] {
  const expected = readJson('sisimai/expected.json') as Readonly<Record<string, readonly WantedRecipient[]>>
  return readdirSync(FOLDER)
    .sort()
    .filter(file => halfOfMail(file) === half)
    .map(file => ({ file, wanted: expected[file] ?? [] }))
}

export function readSisimaiMail(file: string): Buffer {
  return readFileSync(join(FOLDER, file))
}

export function measureReports(half: Half, judge: ReportJudge): ReportFigures {
  const mails = sisimaiMails(half)
  const seen = mails.map(({ file, wanted }) => faultsOf(wanted, judge(file, readSisimaiMail(file))))
  const told = seen.filter((_, index) => mails[index]?.wanted.every(({ reason }) => !UNTOLD.has(reason)))
  const without = (fault: Fault): Share => [seen.filter(faults => !faults.includes(fault)).length, seen.length]
  return {
    mails: seen.length,
    number: without('number'),
    hard: without('hard'),
    reason: without('reason'),
    right: [seen.filter(faults => faults.length === 0).length, seen.length],
    rightWhereTold: [told.filter(faults => faults.length === 0).length, told.length],
  }
}

/** Sisimai's `filtered` hangs on the command and on its version of the rules, not on what is said (told.ts). */
const UNTOLD: ReadonlySet<string> = new Set(['filtered', 'onhold', 'undefined'])

export type Fault = 'number' | 'hard' | 'reason'

/** A wrong number makes the rest wrong too. */
function faultsOf(wanted: readonly WantedRecipient[], told: readonly Told[]): readonly Fault[] {
  if (wanted.length !== told.length) return ['number', 'hard', 'reason']
  const faults: Fault[] = []
  if (wanted.some(({ hard }, index) => hard !== told[index]?.hard)) faults.push('hard')
  if (wanted.some(({ reason }, index) => told[index]?.saysSame(reason) === false)) faults.push('reason')
  return faults
}

/** What is no failure: how our report calls it, and how Sisimai does. */
const NO_FAILURE: Readonly<Record<string, string>> = {
  complaint: 'feedback',
  unsubscribe: 'feedback',
  'auto-reply': 'vacation',
}

export function ours(_file: string, bytes: Buffer): readonly Told[] {
  return toldOf(readMailReport(bytes))
}

function toldOf(report: MailReport): readonly Told[] {
  if (report.kind === 'returned') {
    return report.recipients.map(one => {
      const failure = judgeReturned(one)
      const because = failure === undefined ? one.action : `${failure.code} by ${failure.rule}`
      return { hard: isHard(failure), saysSame: reason => same(reason, failure), because }
    })
  }
  const reason = NO_FAILURE[report.kind]
  if (reason === undefined) return []
  const people = 'recipients' in report ? Math.max(1, report.recipients.length) : 1
  return Array.from({ length: people }, () => ({
    hard: false,
    saysSame: wanted => wanted === reason,
    because: report.kind,
  }))
}

/** As for replies (reasons.ts): for good, and nothing to do with us. */
function isHard(failure: Failure | undefined): boolean {
  return failure !== undefined && failure.permanence === 'permanent' && failure.suppress && HARD.has(failure.code)
}

function same(reason: string, failure: Failure | undefined): boolean {
  if (reason === 'delivered') return failure === undefined
  const meaning = SISIMAI[reason]
  if (meaning === undefined) return reason !== 'feedback' && reason !== 'vacation'
  return failure !== undefined && meaning.codes.some(code => code === failure.code)
}

/** What is wrong in the half that may be shown. */
export function wrongReports(judge: ReportJudge): readonly string[] {
  return sisimaiMails('read').flatMap(({ file, wanted }) => {
    const told = judge(file, readSisimaiMail(file))
    const faults = faultsOf(wanted, told)
    const want = wanted.map(({ reason, hard }) => `${reason}${hard ? '!' : ''}`).join(', ')
    const got = told.map(({ because, hard }) => `${because}${hard ? '!' : ''}`).join(', ')
    return faults.length === 0 ? [] : [`${file}: ${faults.join(' ')}: wanted ${want}; got ${got}`]
  })
}
