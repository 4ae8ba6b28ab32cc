/**
 * feedback: complaints. Mail hosts send a report (ARF, RFC 5965) when a recipient calls a message spam; this takes them out of
 * the mailbox that they come to.
 *
 * Policy. Made for the end of a pipe: what a report is about may be long gone, and that is no fault that a mail server should
 * bounce. Only what is no report at all ends with an error, and what finds no queue is to be brought again.
 */

import type { Feedback, Mailer } from '@postrider/core'
import { say } from '../language/commands.ts'
import { EXIT, type ExitCode, writeJson } from '../terminal/index.ts'
import type { Command, Context, Input } from './command.ts'
import { withQueue } from './mailer.ts'
import { readBytes } from './read-bytes.ts'

export const feedback: Command = {
  name: 'feedback',
  summary: 'Take feedback reports (ARF): who complained is not mailed any more.',
  args: [{ form: '<file...>', says: 'mails with a report in them, or - for standard input' }],
  flags: [{ form: '--keep-mailing', says: 'only record the complaint' }],
  examples: [
    'postrider feedback report.eml',
    'postrider feedback Maildir/new/*',
    'fbl: "|postrider --config /etc/postrider/postrider.yaml feedback -"    (a line of /etc/aliases)',
  ],
  run,
}

async function run(input: Input, context: Context): Promise<ExitCode> {
  return withQueue(input, context, async mailer => {
    let exit: ExitCode = EXIT.ok
    for (const file of input.args) if (!(await take(file, { mailer, input, context }))) exit = EXIT.data
    return exit
  })
}

async function take(
  file: string,
  { mailer, input, context }: { readonly mailer: Mailer; readonly input: Input; readonly context: Context },
): Promise<boolean> {
  const bytes = await readBytes(file, context)
  try {
    const answer = await mailer.feedback(bytes, { suppress: input.flags.keepMailing !== true })
    if (context.json) writeJson(context.out, { file, ...answer })
    else context.out.write(`${file}: ${sentence(answer)}\n`)
    return true
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== 'invalid-message') throw error
    context.err.write(`postrider: ${file}: ${(error as Error).message}\n`)
    return false
  }
}

function sentence({
  type,
  result,
  messageId = '',
  recipient = '',
}: { readonly messageId?: string } & Omit<Feedback, 'messageId'>): string {
  switch (result) {
    case 'complained':
      return say('feedback.complained', { recipient, type, messageId })
    case 'known':
      return say('feedback.known', { recipient, messageId })
    case 'no-complaint':
      return say('feedback.no-complaint', { type })
    case 'unknown-message':
      return say('feedback.unknown', { type })
    case 'unknown-recipient':
      return say('feedback.of-whom', { type, messageId })
  }
  return result satisfies never
}
