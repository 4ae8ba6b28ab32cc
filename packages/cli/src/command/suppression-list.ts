/**
 * SuppressionList: what `suppressions list`, `add` and `remove` do.
 *
 * Not here: whole lists, in and out (suppression-file.ts).
 */

import type { Mailer, SuppressionEntry, SuppressionOrigin } from '@postrider/core'
import { say } from '../language/commands.ts'
import { columns, word } from '../language/words.ts'
import { EXIT, type ExitCode, moment, table, writeJson } from '../terminal/index.ts'
import { type Context, type Input, textFlag, UsageError } from './command.ts'
import { wholeNumberFlag } from './flag-values.ts'
import { openMailer } from './mailer.ts'

const DAY_MS = 86_400_000
const ORIGINS: readonly SuppressionOrigin[] = ['bounce', 'complaint', 'unsubscribe', 'manual']
/** Such dates mean: until it is lifted. */
const FAR = Date.UTC(9000, 0)

export async function list(input: Input, context: Context): Promise<ExitCode> {
  const origin = originFlag(input)
  const limit = wholeNumberFlag(input, 'limit', { least: 1, most: 1000 })
  const after = textFlag(input, 'after')
  return withMailer({ input, context, role: 'look' }, async mailer => {
    const found = await mailer.suppressions.list({
      ...(origin === undefined ? {} : { origin }),
      ...(limit === undefined ? {} : { limit }),
      ...(after === undefined ? {} : { after }),
    })
    if (context.json) for (const entry of found) writeJson(context.out, entry)
    else context.out.write(`${found.length === 0 ? say('suppressions.none') : listText(found)}\n`)
    return EXIT.ok
  })
}

function listText(found: readonly SuppressionEntry[]): string {
  const rows = found.map(entry => [
    entry.address,
    word(`origin.${entry.origin}`),
    moment(entry.since),
    entry.until >= FAR ? word('lifted') : moment(entry.until),
    entry.messageId ?? '',
    entry.note ?? entry.detail,
  ])
  return table(columns('address', 'origin', 'since', 'until', 'message', 'why'), rows)
}

export async function add(input: Input, context: Context): Promise<ExitCode> {
  const more = sharedOf(input, context)
  return withMailer({ input, context, role: 'write' }, async mailer => {
    const count = await mailer.suppressions.addMany(input.args.map(address => ({ address, ...more })))
    return tell(context, 'added', count)
  })
}

export async function remove(input: Input, context: Context): Promise<ExitCode> {
  return withMailer({ input, context, role: 'write' }, async mailer => {
    let count = 0
    const unknown: string[] = []
    for (const address of input.args) {
      if (await mailer.suppressions.remove(address)) count++
      else unknown.push(address)
    }
    tell(context, 'removed', count)
    for (const address of unknown) context.err.write(`${say('suppressions.not-there', { address })}\n`)
    return unknown.length === 0 ? EXIT.ok : EXIT.data
  })
}

export interface Shared {
  readonly note?: string
  readonly until?: number
}

/** What the flags say of every address that is added. */
export function sharedOf(input: Input, context: Context): Shared {
  const note = textFlag(input, 'note')
  const days = wholeNumberFlag(input, 'days', { least: 1, most: 36_500 })
  return {
    ...(note === undefined ? {} : { note }),
    ...(days === undefined ? {} : { until: context.now() + days * DAY_MS }),
  }
}

export function originFlag(input: Input): SuppressionOrigin | undefined {
  const text = textFlag(input, 'origin')
  const origin = ORIGINS.find(known => known === text)
  if (text === undefined || origin !== undefined) return origin
  throw new UsageError(`--origin: found "${text}", wanted ${ORIGINS.join(', ')}`)
}

export function tell({ out, json }: Context, what: 'added' | 'removed', count: number): ExitCode {
  if (json) writeJson(out, { [what]: count })
  else out.write(`${word(`count.${what}`, { count })}\n`)
  return EXIT.ok
}

export interface Opening {
  readonly input: Input
  readonly context: Context
  readonly role: 'write' | 'look'
}

export async function withMailer(
  { input, context, role }: Opening,
  work: (mailer: Mailer) => Promise<ExitCode>,
): Promise<ExitCode> {
  const mailer = await openMailer(input, context, role)
  try {
    return await work(mailer)
  } finally {
    await mailer.close()
  }
}
