/**
 * dmarc: what receivers report of mail in the name of our domains: do our addresses pass at each of them, who else sends, and may the
 * policy be raised.
 *
 * Not here: taking the reports (report.ts, the relay's port 25), what follows from them (the mailer).
 */
import type { DmarcOverview, DmarcShare } from '@postrider/core'
import { say } from '../language/dmarc.ts'
import { EXIT, type ExitCode, writeJson } from '../terminal/index.ts'
import type { Command, Context, Input } from './command.ts'
import { wholeNumberFlag } from './flag-values.ts'
import { openMailer } from './mailer.ts'

/** More are for programs. */
const SHOWN = 10

export const dmarc: Command = {
  name: 'dmarc',
  summary:
    'What receivers report of mail in the name of a domain (DMARC): who passes, who else sends, and what to do next.',
  args: [{ form: '[domain]', says: 'only this domain' }],
  flags: [{ form: '--days <n>', says: 'today and the days before it (default 30, at most 400)' }],
  examples: ['postrider dmarc', 'postrider dmarc example.com --days 90', 'postrider dmarc --json'],
  run,
}

async function run(input: Input, context: Context): Promise<ExitCode> {
  const days = wholeNumberFlag(input, 'days', { least: 1, most: 400 }) ?? 30
  const mailer = await openMailer(input, context, 'look')
  try {
    const [domain] = input.args
    const found = await mailer.dmarc({ days, ...(domain === undefined ? {} : { domain }) })
    if (context.json) for (const one of found) writeJson(context.out, one)
    else context.out.write(found.length === 0 ? `${say('dmarc.none')}\n` : `${found.map(overviewText).join('\n\n')}\n`)
    return EXIT.ok
  } finally {
    await mailer.close()
  }
}

function overviewText(one: DmarcOverview): string {
  const { domain, policy, reports, days, messages, reporters, sources } = one
  return [
    say('dmarc.domain', { domain, policy, messages, reports, days, share: percent(one), ours: percent(one.ours) }),
    ...reporters.slice(0, SHOWN).map(({ reporter, messages, ours, ...rest }) =>
      say('dmarc.reporter', {
        reporter: reporter || say('dmarc.others'),
        messages,
        share: percent({ messages, ...rest }),
        ours: percent(ours),
      }),
    ),
    ...sources.slice(0, SHOWN).map(source =>
      say(`dmarc.source.${source.kind}`, {
        source: source.source || say('dmarc.others'),
        messages: source.messages,
        share: percent(source),
        reporters: source.reporters,
      }),
    ),
    adviceText(one),
  ].join('\n')
}

function adviceText({ advice, next, domain }: DmarcOverview): string {
  return say(`dmarc.advice.${advice}`, { domain, next: next ?? '' })
}

function percent({ messages, aligned }: DmarcShare): string {
  return messages === 0 ? '-' : `${Math.floor((aligned / messages) * 1000) / 10} %`
}
