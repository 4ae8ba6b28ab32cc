/**
 * tlsrpt: TLS reports (RFC 8460): what we counted of others, and what others report of us.
 */

import type { ReportSummary, TlsDay, TlsTally } from '@postrider/core'
import { say } from '../language/commands.ts'
import { EXIT, type ExitCode, moment, writeJson } from '../terminal/index.ts'
import type { Command, Context, Input } from './command.ts'
import { wholeNumberFlag } from './flag-values.ts'
import { openMailer } from './mailer.ts'
import { readBytes } from './read-bytes.ts'

export const tlsrpt: Command = {
  name: 'tlsrpt',
  summary: 'TLS reports (RFC 8460): show what was counted and sent, read what others sent.',
  examples: [
    'postrider tlsrpt show',
    'postrider tlsrpt show gmail.com --days 2',
    'postrider tlsrpt read report.json.gz',
    'postrider tlsrpt read - < mail.eml',
  ],
  subcommands: [
    {
      name: 'show',
      summary: 'How safely each domain was reached, day by day, and what became of the report.',
      args: [{ form: '[domain]', says: 'only this domain' }],
      flags: [
        { form: '--days <n>', says: 'today and the days before it (default 7)' },
        { form: '--failed', says: 'only domains with failures' },
      ],
      examples: ['postrider tlsrpt show', 'postrider tlsrpt show gmail.com --days 2'],
      run: show,
    },
    {
      name: 'read',
      summary:
        'Say what a report means: JSON, gzip, or a mail with one of them in it. Exit code 1 when sessions failed.',
      args: [{ form: '<file>', says: 'a file, or - for standard input' }],
      examples: ['postrider tlsrpt read report.json.gz', 'postrider tlsrpt read - < mail.eml'],
      run: read,
    },
  ],
}

async function show(input: Input, context: Context): Promise<ExitCode> {
  const days = wholeNumberFlag(input, 'days', { least: 1, most: 3650 }) ?? 7
  const mailer = await openMailer(input, context, 'look')
  try {
    const [domain] = input.args
    const found = await mailer.tlsResults({ days, ...(domain === undefined ? {} : { domain }) })
    const wanted = found.filter(day => input.flags.failed !== true || day.tallies.some(({ bad }) => bad > 0))
    if (context.json) for (const day of wanted) writeJson(context.out, day)
    else context.out.write(wanted.length === 0 ? `${say('tlsrpt.nothing')}\n` : `${wanted.map(dayText).join('\n')}\n`)
    return EXIT.ok
  } finally {
    await mailer.close()
  }
}

function dayText(day: TlsDay): string {
  const date = moment(day.day * 86_400_000).slice(0, 10)
  return [`${date} ${day.domain}${reportText(day)}`, ...day.tallies.map(tallyLine)].join('\n')
}

function reportText({ report }: TlsDay): string {
  if (report === undefined) return ''
  const where = report.sentTo.length === 0 ? '' : say('tlsrpt.sent-to', { where: report.sentTo })
  const why = report.detail === undefined ? '' : ` (${report.detail})`
  switch (report.state) {
    case 'sent':
      return say('tlsrpt.sent', { where })
    case 'unwanted':
      return say('tlsrpt.no-report', { why })
    case 'waiting':
      return say('tlsrpt.again', { time: moment(report.dueAt ?? report.at), why })
    case 'given-up':
      return say('tlsrpt.given-up', { tries: report.tries, why })
  }
  return report.state satisfies never
}

function tallyLine({ policy, failure, good, bad }: TlsTally): string {
  const name =
    policy.type === 'tlsa' ? say('tlsrpt.dane-of', { domain: policy.domain }) : say(`tlsrpt.policy.${policy.type}`)
  if (failure === undefined) return say('tlsrpt.sessions', { name, good, bad })
  const at = [failure.mxHost, failure.mxAddress].filter(Boolean).join(' ')
  const failed = say('tlsrpt.failed', { name, bad, type: failure.type })
  return `${failed}${at === '' ? '' : say('tlsrpt.failed-at', { at })}${failure.reason === undefined ? '' : `: ${failure.reason}`}`
}

async function read(input: Input, context: Context): Promise<ExitCode> {
  const [file = '-'] = input.args
  const bytes = await readBytes(file, context)
  const { readTlsReport, summariseReport } = await import('@postrider/core')
  const report = readTlsReport(bytes)
  if ('problem' in report) {
    context.err.write(`postrider: ${file}: ${report.problem}\n`)
    return EXIT.data
  }
  const summary = summariseReport(report)
  if (context.json) writeJson(context.out, { ...report, summary })
  else context.out.write(`${summary.lines.join('\n')}\n`)
  return EXITS[summary.level]
}

const EXITS: Readonly<Record<ReportSummary['level'], ExitCode>> = { ok: EXIT.ok, note: EXIT.warned, warn: EXIT.warned }
