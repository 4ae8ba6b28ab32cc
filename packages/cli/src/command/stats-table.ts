/**
 * StatsTable: what `stats` prints: a row for each hour, day, site, account or outcome, and their sum.
 */
import type { StatisticsKey, StatisticsPart, StatisticsRow } from '@postrider/core'
import { say } from '../language/commands.ts'
import { duration, EXIT, type ExitCode, moment, table, writeJson } from '../terminal/index.ts'
import { type Context, type Input, textFlag } from './command.ts'
import { momentFlag, wholeNumberFlag } from './flag-values.ts'
import { withMailer } from './queue-listing.ts'

const COLUMNS = ['accepted', 'delivered', 'deferred', 'bounced', 'expired', 'suppressed', 'complained'] as const

export async function show(input: Input, context: Context): Promise<ExitCode> {
  const by = textFlag(input, 'by') as StatisticsKey | undefined
  const from = momentFlag(input, 'from', context.now())
  const to = momentFlag(input, 'to', context.now())
  const [site, account] = [textFlag(input, 'site'), textFlag(input, 'account')]
  const limit = wholeNumberFlag(input, 'limit', { least: 1, most: 1000 })
  return withMailer(input, context, async mailer => {
    const found = await mailer.stats({
      ...(by !== undefined && { by }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(site !== undefined && { site }),
      ...(account !== undefined && { account }),
      ...(limit !== undefined && { limit }),
    })
    if (context.json) writeJson(context.out, found)
    else if (found.rows.length === 0) context.out.write(`${say('stats.nothing')}\n`)
    else {
      const rows = found.rows.map(row => [nameOf(row), ...cells(row)])
      const head = [found.by, ...COLUMNS, 'p50', 'p95']
      context.out.write(`${table(head, [...rows, ['total', ...cells(found.total)]])}\n`)
    }
    return EXIT.ok
  })
}

function nameOf({ at, step, site, account, outcome }: StatisticsRow): string {
  if (at === undefined) return site ?? outcome ?? (account === '' ? '-' : account) ?? ''
  const time = moment(at)
  return step === 'hour' ? time : time.slice(0, 10)
}

function cells({ counts, latency }: StatisticsPart): readonly string[] {
  const times = latency === undefined ? ['-', '-'] : [duration(latency.p50Ms), duration(latency.p95Ms)]
  return [...COLUMNS.map(name => String(counts[name])), ...times]
}
