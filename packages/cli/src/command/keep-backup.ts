/**
 * KeepBackup: what `backup` and `restore` do and tell.
 *
 * Policy. Whoever restores is told from when the backup is: what waited then may have been sent since, what came later is not in it. Only a
 * person knows which of both is worse, so nothing goes out before `restore --release`.
 */
import { say } from '../language/commands.ts'
import { word } from '../language/words.ts'
import { EXIT, type ExitCode, moment, writeJson } from '../terminal/index.ts'
import { type Context, type Input, UsageError } from './command.ts'
import { readOptions } from './mailer.ts'
import { withMailer } from './queue-listing.ts'

/** Nothing is sent by these: a host without a name of its own will do. */
const STAND_IN = 'unnamed.invalid'

export async function backUp(input: Input, context: Context): Promise<ExitCode> {
  const [folder = ''] = input.args
  const config = await readOptions(input, context, STAND_IN)
  const list = await (await import('@postrider/relay')).backUp(config, folder, { clock: context })
  if (context.json) writeJson(context.out, { folder, ...list })
  else {
    const bytes = list.files.reduce((sum, file) => sum + file.bytes, 0)
    context.out.write(`${say('backup.done', { folder, files: list.files.length, bytes })}\n`)
    if (list.queue === 'database') context.err.write(`${say('backup.database')}\n`)
  }
  return EXIT.ok
}

export async function restore(input: Input, context: Context): Promise<ExitCode> {
  const [folder] = input.args
  const { endRestoredSessions, holdRestored, releaseRestored, restore: putBack } = await import('@postrider/relay')
  if (input.flags.release === true) {
    return withMailer(input, context, async mailer => {
      const released = await releaseRestored(mailer)
      if (context.json) writeJson(context.out, { released })
      else context.out.write(`${word('count.release', { count: released })}\n`)
      return EXIT.ok
    })
  }
  if (folder === undefined) throw new UsageError(say('usage.which-backup'))
  const config = await readOptions(input, context, STAND_IN)
  const restored = await putBack(config, folder)
  const { held } = restored
  if (held !== undefined) return tell(context, { ...restored, held })
  // Before anything is changed it is refused where a relay runs.
  const heldNow = await holdRestored(config, restored.madeAt)
  return tell(context, { ...restored, access: await endRestoredSessions(config), held: heldNow })
}

interface Told {
  readonly madeAt: number
  readonly held: number
  readonly files: readonly string[]
  readonly access?: { readonly keys: readonly string[]; readonly users: readonly string[] }
  readonly finished: boolean
}

const NOBODY = { keys: [], users: [] }

function tell(context: Context, { madeAt, held, files, finished, access = NOBODY }: Told): ExitCode {
  const { keys, users } = access
  if (context.json) writeJson(context.out, { madeAt, held, files, keys, users, finished })
  else {
    if (finished) context.out.write(`${say('restore.finished')}\n`)
    for (const file of files) context.out.write(`${file}\n`)
    if (keys.length + users.length > 0)
      context.out.write(`${say('restore.access', { at: moment(madeAt), names: [...users, ...keys].join(', ') })}\n`)
    context.out.write(`${say('restore.done', { held, at: moment(madeAt) })}\n`)
  }
  return EXIT.ok
}
