/**
 * classify: what this program makes of a reply: the reason, the rule, and what would happen.
 */

import type { ClassifiedReply, Stage } from '@postrider/core'
import { failureText } from '@postrider/core/language'
import { say } from '../language/commands.ts'
import { duration, EXIT, writeJson } from '../terminal/index.ts'
import { type Command, textFlag } from './command.ts'

export const classify: Command = {
  name: 'classify',
  summary: 'Explain the reply of a mail host: what it means, which rule says so, and what would happen.',
  args: [{ form: '<reply...>', says: 'the reply as it was said; a further line behind \\n' }],
  flags: [
    { form: '--host <name>', says: 'the mail host that said it: some say what nobody else does' },
    {
      form: '--stage <name>',
      says: 'what it answered: greeting, ehlo, mail, rcpt (if nothing is given), data, final-dot',
    },
  ],
  examples: [
    'postrider classify "550 5.1.1 User unknown"',
    'postrider classify "550 Ip frequency limited" --host mx3.qq.com --json',
  ],
  run: async (input, context) => {
    const { classifyReply } = await import('@postrider/core')
    const host = textFlag(input, 'host')
    const stage = textFlag(input, 'stage')
    const found = await classifyReply(input.args.join(' '), {
      ...(host !== undefined && { host }),
      ...(stage !== undefined && { stage: stage as Stage }),
    })
    if (context.json) writeJson(context.out, found)
    else context.out.write(`${told(found).join('\n')}\n`)
    return EXIT.ok
  },
}

function told(found: ClassifiedReply): readonly string[] {
  const { code, detail, rule, scope, stage, unmatched, words, remedy } = found
  return [
    `${code}: ${failureText({ rule, code, detail })}`,
    unmatched ? say('classify.no-rule', { rule, stage }) : say('classify.rule', { rule, stage, scope }),
    happens(found),
    ...(remedy === undefined ? [] : [say('classify.to-do', { text: remedy.text, id: remedy.id })]),
    say('classify.read-as', { words }),
  ]
}

function happens({ permanence, finalAfterMs, retryAfterMs, suppress }: ClassifiedReply): string {
  if (permanence === 'permanent') {
    return suppress ? say('classify.bounces-and-suppressed') : say('classify.bounces')
  }
  const when =
    retryAfterMs === undefined ? say('classify.as-scheduled') : say('classify.after', { time: duration(retryAfterMs) })
  const end =
    finalAfterMs === null ? say('classify.until-expiry') : say('classify.until', { time: duration(finalAfterMs) })
  return say('classify.tried-again', { when, end })
}
