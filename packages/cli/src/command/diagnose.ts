/**
 * Diagnose: what `doctor` does: all checks, shown, and watched until nothing is wrong.
 *
 * Policy. The exit code tells the worst: 0 ok or note, 1 warn, 2 fail, 75 when something could not be told.
 *
 * Not here: the checks (core's preflight, checkup/), one round of them (examine.ts), how they look on paper
 * (checkup/print.ts), `--watch` (watch.ts).
 */

import type { RelayConfig } from '@postrider/relay'
import { type Checkup, printCheckup, type Selection, STATE_CHECKS, unknownWords } from '../checkup/index.ts'
import { say } from '../language/commands.ts'
import { type ExitCode, writeJson } from '../terminal/index.ts'
import { type Context, type Input, listFlag, UsageError } from './command.ts'
import { type ExamineOptions, examine } from './examine.ts'
import { hostFlag } from './flag-values.ts'
import { exitCodeOfLevel } from './level.ts'
import { readOptionsAbout } from './mailer.ts'
import { senderOf, sendingDomains } from './senders.ts'
import { isGreen, watchUntilGreen } from './watch.ts'

export async function run(input: Input, context: Context, signal: AbortSignal): Promise<ExitCode> {
  const selection = { only: listFlag(input, 'only'), skip: listFlag(input, 'skip') }
  await refuseUnknown(selection)
  const probeHost = await hostFlag(input, 'probe')
  const config = await readOptionsAbout(input.args[0]?.replace(/^.*@/, ''), input, context)
  const senders = (input.args.length > 0 ? input.args : sendingDomains(config)).map(senderOf)
  const options: ExamineOptions = { senders, selection, probeHost }
  return diagnose(config, options, { context, signal, watch: input.flags.watch === true })
}

interface Manner {
  readonly context: Context
  readonly signal: AbortSignal
  readonly watch: boolean
}

/** Runs the checks and shows them, and again while they are watched. */
export async function diagnose(config: RelayConfig, options: ExamineOptions, manner: Manner): Promise<ExitCode> {
  const { context, signal, watch } = manner
  const first = await examine(config, options, { context, signal })
  const tell = (checkup: Checkup): void => show(checkup, context)
  tell(first.checkup)
  if (!watch || isGreen(first.checkup)) return exitCodeOfLevel(first.checkup.worst)
  const { worst } = await watchUntilGreen(config, options, { context, signal, before: first, show: tell })
  return exitCodeOfLevel(worst)
}

async function refuseUnknown({ only, skip }: Selection): Promise<void> {
  if (only.length + skip.length === 0) return
  const { CHECKS } = await import('@postrider/core')
  const unknown = unknownWords([...only, ...skip], [...Object.keys(CHECKS), ...Object.keys(STATE_CHECKS)])
  if (unknown.length > 0) throw new UsageError(say('usage.no-such-check', { ids: unknown.join(' or ') }))
}

function show(checkup: Checkup, context: Context): void {
  if (context.json) writeJson(context.out, checkup)
  else context.out.write(printCheckup(checkup, context.out))
}
