/**
 * reputation: how our addresses and senders stand with mail sites: what rests and why, and how much of the day is used.
 */
import type { ReputationRow } from '@postrider/core'
import { say } from '../language/commands.ts'
import { columns } from '../language/words.ts'
import { duration, EXIT, table, writeJson } from '../terminal/index.ts'
import { type Command, textFlag } from './command.ts'
import { openMailer } from './mailer.ts'

export const reputation: Command = {
  name: 'reputation',
  summary: 'How addresses and senders stand with mail sites: what rests and why, how much of the day is used.',
  flags: [{ form: '--site <name>', says: 'only this mail site, such as google' }],
  examples: ['postrider reputation', 'postrider reputation --site google --json'],
  run: async (input, context) => {
    const site = textFlag(input, 'site')
    const mailer = await openMailer(input, context, 'look')
    try {
      const found = (await mailer.queue.reputation()).filter(row => site === undefined || row.site === site)
      const now = context.now()
      if (context.json) writeJson(context.out, found)
      else if (found.length === 0) context.out.write(`${say('reputation.none')}\n`)
      else {
        const heads = columns('provider', 'name', 'used', 'standing', 'until', 'why')
        const rows = found.map(row => cells(row, now))
        context.out.write(`${table(heads, rows)}\n`)
      }
      return EXIT.ok
    } finally {
      await mailer.close()
    }
  },
}

function cells({ site, of, name, rest, learnt, warmUp }: ReputationRow, now: number): readonly string[] {
  const used = warmUp === undefined ? '' : warmUp.cap === undefined ? `${warmUp.used}` : `${warmUp.used}/${warmUp.cap}`
  const limits = [
    learnt?.connections === undefined ? '' : say('reputation.connections', { count: learnt.connections }),
    learnt?.messagesPerConnection === undefined ? '' : say('reputation.each', { count: learnt.messagesPerConnection }),
  ]
  return [
    site,
    [of, name].join(' ').trim(),
    used,
    [warmUp?.trend ?? '', ...limits].filter(Boolean).join(', '),
    rest === undefined ? '' : duration(rest.until - now),
    rest?.because ?? '',
  ]
}
