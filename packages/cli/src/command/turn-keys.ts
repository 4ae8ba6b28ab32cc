/**
 * TurnKeys: what the commands of `postrider keys` do, on the store that the relay reads.
 *
 * Policy. What is begun here the relay leads on; what has to be published by hand is printed as the doctor prints it.
 */
import type { KeyRotationState, KeyRotations } from '@postrider/relay'
import { say } from '../language/commands.ts'
import { columns, word } from '../language/words.ts'
import { duration, EXIT, type ExitCode, moment, table, writeJson } from '../terminal/index.ts'
import type { Context, Input } from './command.ts'
import { requireSenderDomain } from './flag-values.ts'
import { readOptionsWithKeys } from './mailer.ts'
import { zoneLine } from './zone-line.ts'

export async function rotate(input: Input, context: Context): Promise<ExitCode> {
  const named = await Promise.all(input.args.map(text => requireSenderDomain(text, 'domain')))
  const { splitTxt } = await import('@postrider/core')
  return withRotations(input, context, async (rotations, signed) => {
    let code: ExitCode = EXIT.ok
    if (named.length + signed.length === 0) {
      context.err.write(`postrider: ${say('keys.no-keys')}\n`)
      return EXIT.data
    }
    for (const domain of named.length > 0 ? named : signed) {
      const begun = await rotations.begin(domain, context.now())
      if (begun.kind === 'unsigned') {
        context.err.write(`postrider: ${say('keys.unsigned', { domain })}\n`)
        code = EXIT.data
        continue
      }
      const { kind, state } = begun
      if (context.json) writeJson(context.out, { ...state, begun: kind === 'begun' })
      else context.out.write(begunText(state, kind, (name, value) => zoneLine(name, splitTxt(value))))
    }
    return code
  })
}

function begunText(
  { domain, selectors, former, records, byHook, stage }: KeyRotationState,
  kind: 'begun' | 'open',
  line: (name: string, value: string) => string,
): string {
  const first =
    kind === 'open'
      ? say('keys.open', { domain, stage: word(`stage.${stage}`) })
      : say('keys.begun', { domain, selectors, former })
  const told =
    records.length === 0
      ? []
      : byHook
        ? [say('keys.by-hook')]
        : [say('keys.publish'), '', ...records.map(({ name, value }) => line(name, value)), '']
  return [first, ...told, ...(kind === 'begun' ? [say('keys.then', { former })] : []), ''].join('\n')
}

export async function list(input: Input, context: Context): Promise<ExitCode> {
  return withRotations(input, context, async rotations => {
    const all = (await rotations.list()).filter(
      ({ stage }) => input.flags.all === true || !['done', 'cancelled'].includes(stage),
    )
    if (context.json) for (const each of all) writeJson(context.out, each)
    else if (all.length === 0) context.out.write(`${say('keys.none')}\n`)
    else {
      const rows = all.map(one => row(one, context.now()))
      context.out.write(`${table(columns('name', 'stage', 'since', 'selectors', 'in-place-of', 'waits-for'), rows)}\n`)
    }
    return EXIT.ok
  })
}

function row({ domain, stage, since, selectors, former, missing }: KeyRotationState, now: number): string[] {
  const waitsFor = missing.map(({ where, found }) => (found === '' ? where : `${where}: ${found}`)).join('; ')
  const age = `${moment(since)} (${duration(Math.max(0, now - since))})`
  return [domain, word(`stage.${stage}`), age, selectors.join(' '), former.join(' '), waitsFor]
}

export async function cancel(input: Input, context: Context): Promise<ExitCode> {
  const domain = await requireSenderDomain(input.args[0] ?? '', 'domain')
  return withRotations(input, context, async rotations => {
    const ended = await rotations.cancel(domain, context.now())
    if (ended === undefined) {
      context.err.write(`postrider: ${say('keys.nothing-to-cancel', { domain })}\n`)
      return EXIT.data
    }
    const { selectors } = ended
    if (context.json) writeJson(context.out, { cancelled: domain, selectors })
    else context.out.write(`${say('keys.cancelled', { domain, selectors })}\n`)
    return EXIT.ok
  })
}

async function withRotations(
  input: Input,
  context: Context,
  work: (rotations: KeyRotations, signed: readonly string[]) => Promise<ExitCode>,
): Promise<ExitCode> {
  const config = await readOptionsWithKeys(input, context)
  const { openKeyRotations } = await import('@postrider/relay')
  await using rotations = await openKeyRotations(config)
  return await work(rotations, [...new Set(config.options.dkim.map(({ domain }) => domain as string))])
}
