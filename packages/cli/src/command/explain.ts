/**
 * explain: one message's whole story, in order, and what happens next.
 */
import { EXIT, moment, writeJson } from '../terminal/index.ts'
import type { Command } from './command.ts'
import { openMailer } from './mailer.ts'

export const explain: Command = {
  name: 'explain',
  summary: 'Tell the whole story of one message: accepted, cleared, routed, answered, and what happens next and why.',
  args: [{ form: '<id>', says: 'the queue id, as printed by send or the relay' }],
  examples: ['postrider explain 01JD3Z8K2M4Q6S8V0XYZ', 'postrider explain 01JD3Z8K2M4Q6S8V0XYZ --json'],
  run: async (input, context) => {
    const mailer = await openMailer(input, context, 'look')
    try {
      const story = await mailer.explain(input.args[0] ?? '')
      if (context.json) writeJson(context.out, story)
      else for (const line of story.lines) context.out.write(`${moment(line.at)}  ${line.text}\n${indent(line.detail)}`)
      return EXIT.ok
    } finally {
      await mailer.close()
    }
  },
}

function indent(detail: string | undefined): string {
  return detail === undefined ? '' : `${detail.replace(/^/gm, ' '.repeat(22))}\n`
}
