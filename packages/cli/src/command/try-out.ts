/**
 * TryOut: what `test` does: sends, follows and explains, or judges a received copy.
 *
 * Policy. The message says what was checked before it left, so that whoever reads it in the mailbox knows what to compare. A
 * deferral ends the command unless it shall wait: the message stays in the queue, and `explain` tells the rest.
 */

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Clearance, Draft, DurableFact, Mailer, Receipt, Story } from '@postrider/core'
import { type Finding, printFindings, worstLevel } from '../checkup/index.ts'
import { type Judgement, judgeHeaders } from '../judge/index.ts'
import { say } from '../language/commands.ts'
import { stateWord, word } from '../language/words.ts'
import { duration, EXIT, type ExitCode, moment, startProgress, writeJson } from '../terminal/index.ts'
import { type Context, type Input, textFlag, UsageError } from './command.ts'
import { askOfTypos } from './domain-typo.ts'
import { type Follower, type Following, followMessage } from './follow-message.ts'
import { exitCodeOfLevel } from './level.ts'
import { openMailerWith, readOptions, readOptionsWithKeys } from './mailer.ts'
import { pauseText } from './pause-text.ts'
import { senderOf, sendingDomains } from './senders.ts'

export async function run(input: Input, context: Context, signal: AbortSignal): Promise<ExitCode> {
  const eml = textFlag(input, 'eml')
  if (input.flags.judge === true || eml !== undefined) return judge(input, context, eml)
  const [to] = input.args
  if (to === undefined) throw new UsageError(say('usage.no-address'))
  return sendTest(to, input, context, signal)
}

async function sendTest(to: string, input: Input, context: Context, signal: AbortSignal): Promise<ExitCode> {
  askOfTypos([to], context)
  const config = await readOptionsWithKeys(input, context)
  const from = textFlag(input, 'from') ?? senderOf(sendingDomains(config)[0] ?? config.options.hostname)
  const mailer = await openMailerWith(config, 'deliver', context.seams)
  try {
    const clearance = await mailer.clearance({ envelopeFrom: from, from: [from] }, { signal })
    const draft = testDraft({ from, to, clearance, hostname: config.options.hostname, now: context.now() })
    const after = await mailer.newestFact()
    const receipt = await mailer.send(draft, { signal })
    if (context.json)
      writeJson(context.out, { event: 'queued', id: receipt.id, messageId: receipt.messageId, clearance })
    await follow(mailer, receipt, { to, after, context, signal, waits: input.flags.wait === true })
    return await tell(await mailer.explain(receipt.id), { to, context })
  } finally {
    await mailer.close({ withinMs: 30_000 })
  }
}

interface Test {
  readonly from: string
  readonly to: string
  readonly clearance: Clearance
  readonly hostname: string
  readonly now: number
}

function testDraft({ from, to, clearance, hostname, now }: Test): Draft {
  const addresses = clearance.publicAddresses.map(({ address }) => address).join(', ') || word('not-known')
  const checks = clearance.checks.map(({ id, level, found }) => `  ${level.padEnd(8)} ${id}: ${found}`)
  return {
    from,
    to,
    subject: say('test.subject', { hostname, time: moment(now) }),
    // Nobody should answer it by machine. RFC 3834 §5
    headers: { 'Auto-Submitted': 'auto-generated' },
    text: [
      say('test.sent-by', { hostname, addresses }),
      '',
      say('test.checked'),
      ...(checks.length > 0 ? checks : [say('test.no-preflight')]),
      '',
      say('test.compare'),
      say('test.paste'),
      '',
      '  postrider test --judge',
      '',
      say('test.says'),
      '',
    ].join('\n'),
  }
}

interface Manner extends Following {
  readonly to: string
  readonly waits: boolean
}

/** Until it is settled, deferred for the first time, or known to wait for a paused site. */
async function follow(mailer: Mailer, receipt: Receipt, { to, waits, ...following }: Manner): Promise<void> {
  const { context, signal } = following
  const progress = await startProgress(context.json ? { interactive: false, write: () => {} } : context.err, to)
  const enough = new AbortController()
  const tell = (fact: DurableFact): void => {
    if (context.json) writeJson(context.out, { event: fact.kind, ...fact })
    if (fact.kind !== 'deferred') return
    progress.update(word('pair', { name: stateWord('deferred'), value: fact.reply ?? fact.detail }))
    if (!waits) enough.abort()
  }
  const routed: Follower['routed'] = fact => {
    if (context.json) writeJson(context.out, { event: fact.kind, ...fact })
    progress.update(say('send.routed', { domain: fact.domain, host: fact.hosts[0] ?? fact.site }))
  }
  const paused: Follower['paused'] = (_, pause) => {
    if (context.json) writeJson(context.out, { event: 'paused', ...pause })
    progress.say(say('pause.waits', { who: say('pause.it'), pause: pauseText(pause, context.now()) }))
    if (!waits) enough.abort()
  }
  try {
    const either = AbortSignal.any([signal, enough.signal])
    await followMessage(mailer, receipt, { tell, routed, paused }, { ...following, signal: either })
  } catch (error) {
    if (!enough.signal.aborted) throw error
  } finally {
    progress.clear()
  }
}

async function tell({ entry, lines }: Story, { to, context }: { to: string; context: Context }): Promise<ExitCode> {
  const states = new Set(entry.recipients.map(({ state }) => state))
  if (context.json) writeJson(context.out, { event: 'ended', ...entry })
  else {
    for (const { at, text, detail } of lines) {
      context.out.write(`${moment(at)}  ${text}\n`)
      if (detail !== undefined) context.out.write(`${detail.replace(/^/gm, ' '.repeat(22))}\n`)
    }
    context.out.write(`\n${nextStep(states.has('delivered'), { to, id: entry.id })}\n`)
  }
  if (states.has('delivered')) return EXIT.ok
  return states.has('bounced') || states.has('expired') ? EXIT.unavailable : EXIT.tempFail
}

function nextStep(delivered: boolean, { to, id }: { readonly to: string; readonly id: string }): string {
  if (!delivered) return say('test.not-yet', { id })
  return [say('test.handed-over', { to }), say('test.open')].join('\n')
}

async function judge(input: Input, context: Context, eml: string | undefined): Promise<ExitCode> {
  if (context.stdin.isTTY === true && (eml === undefined || eml === '-')) {
    context.err.write(`${say('test.paste-now')}\n`)
  }
  const text =
    eml === undefined || eml === '-' ? await readAll(context) : await readFile(resolve(context.cwd, eml), 'utf8')
  const judgement = judgeHeaders(text, await ownName(input, context))
  if (judgement === undefined) throw new UsageError(say('usage.no-header'))
  const findings: readonly Finding[] = judgement.judged
  const worst = worstLevel(findings)
  if (context.json) writeJson(context.out, { ...judgement, worst })
  else context.out.write(`${way(judgement)}\n\n${printFindings(findings, context.out)}\n`)
  return exitCodeOfLevel(worst)
}

/** Judging needs no configuration; with one, our own hop is known. */
async function ownName(input: Input, context: Context): Promise<string | undefined> {
  try {
    return (await readOptions(input, context)).options.hostname
  } catch {
    // There is none here, or a wrong one, which is for the doctor to say.
    return undefined
  }
}

function way({ from, hops }: Judgement): string {
  const lines = hops.toReversed().map(({ from: host, by, protocol, tls, at }, index, all) => {
    const before = all[index - 1]?.at
    const wait =
      at === undefined || before === undefined
        ? ''
        : say('test.hop-after', { time: duration(Math.max(at - before, 0)) })
    return `  ${host || '(unknown)'} > ${by || '(unknown)'} ${protocol}${tls === 'no' ? '' : ` TLS ${tls}`}${wait}`
  })
  return [
    say('test.from', { from: from || say('test.no-from') }),
    ...(lines.length > 0 ? lines : [say('test.no-received')]),
  ].join('\n')
}

async function readAll(context: Context): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of context.stdin) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}
