/**
 * report: mail that tells about mail: bounces, complaints, answers of programs, unsubscribing mails, DMARC and TLS reports. This takes
 * them out of the mailbox that they come to.
 *
 * Policy. Made for the end of a pipe: what a report is about may be long gone, and what is no report at all may be a letter; neither is a
 * fault that a mail server should bounce. What finds no queue, or no room in it, is to be brought again. Something follows only of what came to a return address of ours, which --to names.
 */

import type { Mailer, TakenReport } from '@postrider/core'
import { say } from '../language/commands.ts'
import { EXIT, type ExitCode, writeJson } from '../terminal/index.ts'
import type { Command, Context, Input } from './command.ts'
import { withQueue } from './mailer.ts'
import { readBytes } from './read-bytes.ts'

export const report: Command = {
  name: 'report',
  summary: 'Take mail that tells about mail: bounces, complaints, answers, DMARC and TLS reports.',
  args: [{ form: '<file...>', says: 'mails with a report in them, or - for standard input' }],
  flags: [
    { form: '--to <address>', says: 'the address that it came to; with a return address of ours something follows' },
  ],
  examples: [
    'postrider report bounce.eml',
    'postrider report --json Maildir/new/*',
    '@bounces.example.com: "|postrider report --to $RECIPIENT -"    (as your mail server writes it)',
  ],
  run,
}

async function run(input: Input, context: Context): Promise<ExitCode> {
  const { to } = input.flags
  return withQueue(input, context, async mailer => {
    let exit: ExitCode = EXIT.ok
    for (const file of input.args) {
      const { counted } = await take(file, typeof to === 'string' ? to : undefined, { mailer, context })
      if (counted === 'full') exit = EXIT.tempFail
    }
    return exit
  })
}

async function take(
  file: string,
  to: string | undefined,
  { mailer, context }: { readonly mailer: Mailer; readonly context: Context },
): Promise<TakenReport> {
  const answer = await mailer.takeReport(await readBytes(file, context), to === undefined ? {} : { to })
  if (context.json) writeJson(context.out, { file, ...answer })
  else for (const line of sentences(answer)) context.out.write(`${file}: ${line}\n`)
  return answer
}

function sentences({ kind, because, recipients, messageId, dmarc, counted, tls }: TakenReport): readonly string[] {
  if (because !== undefined) return [say('report.nothing', { because })]
  if (dmarc !== undefined)
    return [
      say('report.dmarc', {
        organisation: dmarc.organisation,
        domain: dmarc.published.domain,
        rows: dmarc.rows.length,
        counted: say(`report.dmarc.${counted ?? 'foreign'}`),
      }),
    ]
  if (tls !== undefined) return [say('report.tls', { organisation: tls.organisation })]
  if (messageId === undefined) return [say('report.unknown', { kind })]
  if (recipients.length === 0) return [say('report.of-whom', { kind, messageId })]
  return recipients.map(({ recipient, result, suppressed, passedOn, said = '' }) => {
    const line = say(`report.${result}`, { kind, recipient, messageId })
    const ends = [suppressed && say('report.suppressed'), passedOn && say('report.passed-on', { id: passedOn })]
    return [`${line}${said === '' ? '' : `: ${said}`}`, ...ends.filter(end => end !== false && end !== undefined)].join(
      '; ',
    )
  })
}
