/**
 * explain: one message's whole story, in order, and what happens next.
 */
import type { StoryLine } from '@postrider/core'
import { EXIT, hang, moment, type Terminal, writeJson } from '../terminal/index.ts'
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
      else for (const line of story.lines) context.out.write(told(line, context.out))
      return EXIT.ok
    } finally {
      await mailer.close()
    }
  },
}

/** Columns of the moment before each line. */
const MOMENT = 22

function told({ at, text, detail }: StoryLine, terminal: Terminal): string {
  const lines = [text, ...(detail === undefined ? [] : [detail])]
  return `${moment(at)}  ${hang(lines.join('\n'), MOMENT, terminal)}\n`
}
