/**
 * share: a link to what became of one message, for whoever it is given to.
 *
 * Policy. It is made of the configuration alone: the relay that listens there believes it, whoever made it with its keys.
 *
 * Not here: the link (the relay's), the story for operators (explain.ts).
 */
import { say } from '../language/commands.ts'
import { EXIT, writeJson } from '../terminal/index.ts'
import type { Command } from './command.ts'
import { wholeNumberFlag } from './flag-values.ts'
import { openMailer, readOptionsWithKeys } from './mailer.ts'

const HOUR_MS = 3_600_000
const USUAL_HOURS = 48
const MOST_HOURS = 168

export const share: Command = {
  name: 'share',
  summary: 'Make a link that is good for a while, to what became of one message; it needs relay.public.',
  args: [{ form: '<id>', says: 'the queue id, as printed by send or the relay' }],
  flags: [{ form: '--hours <n>', says: `how long it is good for (1 to ${MOST_HOURS}, default ${USUAL_HOURS})` }],
  examples: ['postrider share 01JD3Z8K2M4Q6S8V0XYZ', 'postrider share 01JD3Z8K2M4Q6S8V0XYZ --hours 2 --json'],
  run: async (input, context) => {
    const hours = wholeNumberFlag(input, 'hours', { least: 1, most: MOST_HOURS }) ?? USUAL_HOURS
    const config = await readOptionsWithKeys(input, context)
    const [{ systemClock, wrongValue }, { timelineLink }] = await Promise.all([
      import('@postrider/core'),
      import('@postrider/relay'),
    ])
    const mailer = await openMailer(input, context, 'look')
    try {
      const { id } = await mailer.queue.show(input.args[0] ?? '')
      const now = systemClock.now()
      const url = timelineLink(config, id, { now, forMs: hours * HOUR_MS })
      if (url === undefined)
        throw wrongValue('invalid-option', {
          where: 'relay.public.listen',
          found: say('share.no-place'),
          wanted: 'address:port/tls',
          fix: say('share.fix'),
        })
      const until = now + hours * HOUR_MS
      if (context.json) writeJson(context.out, { url, until })
      else context.out.write(`${url}\n`)
      return EXIT.ok
    } finally {
      await mailer.close()
    }
  },
}
