/**
 * ErasePerson: what `erase` asks, does and tells.
 *
 * Policy. It cannot be undone: a person is asked before, a script has to say `--yes`. While something of the person waits it ends as "not
 * now", so that a script comes back.
 */
import { say } from '../language/commands.ts'
import { word } from '../language/words.ts'
import { askWhether, EXIT, type ExitCode, writeJson } from '../terminal/index.ts'
import { type Context, type Input, UsageError } from './command.ts'
import { withMailer } from './queue-listing.ts'

/** So many ids are shown. */
const SHOWN = 5

export async function erasePerson(input: Input, context: Context): Promise<ExitCode> {
  const [address = ''] = input.args
  if (input.flags.yes !== true) {
    if (!context.out.interactive || context.stdin.isTTY !== true) throw new UsageError(say('usage.erase'))
    if ((await askWhether(say('erase.ask', { address }), false)) !== true) return EXIT.ok
  }
  return withMailer(input, context, async mailer => {
    const erased = await mailer.messages.erase(address, {
      by: 'command-line',
      suppressions: input.flags.suppressions === true,
    })
    if (context.json) writeJson(context.out, erased)
    else context.out.write(`${word('count.erase', { count: erased.messages })}\n`)
    if (erased.suppression === 'kept') context.err.write(`${say('erase.suppressed', { address })}\n`)
    if (erased.open === 0) return EXIT.ok
    const ids = erased.openIds.slice(0, SHOWN).join(' ')
    context.err.write(`${say('erase.open', { count: erased.open, ids })}\n`)
    return EXIT.tempFail
  })
}
