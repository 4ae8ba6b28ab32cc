/**
 * SendProgress: what `send` tells after its message is on disk: that it is, each recipient as it settles, and why it waits.
 *
 * Policy. A line for each recipient that is settled or deferred, as it happens; a deferral says that the message stays in the
 * queue, and so does Ctrl-C.
 */

import type { DurableFact, Mailer, Outcome, PausedSite, Receipt } from '@postrider/core'
import { failureText } from '@postrider/core/language'
import { say } from '../language/commands.ts'
import { stateWord, word } from '../language/words.ts'
import { duration, EXIT, type ExitCode, type Progress, startProgress, writeJson } from '../terminal/index.ts'
import type { Context } from './command.ts'
import { type Following, followMessage } from './follow-message.ts'
import { pauseText } from './pause-text.ts'

export function report(receipt: Receipt, context: Context): void {
  const { id, messageId, recipients, clearance, duplicate } = receipt
  if (context.json) {
    writeJson(context.out, { event: 'queued', id, messageId, recipients, clearance, duplicate })
    return
  }
  context.out.write(`${say('send.queued', { id })}${duplicate ? say('send.sent-before') : ''}\n`)
  for (const each of clearance.checks) {
    if (each.level !== 'warn' && each.level !== 'fail') continue
    const { id: check, level, found, wanted, fix } = each
    context.err.write(`${say('send.warned', { level: word(`level.${level}`), check, found, wanted })}\n`)
    if (fix !== undefined) context.err.write(`  ${word('pair', { name: word('finding.fix'), value: fix })}\n`)
  }
}

/** Stays until every recipient is delivered or given up. */
export async function waitForAll(mailer: Mailer, receipt: Receipt, following: Following): Promise<ExitCode> {
  const { context } = following
  const progress = await startProgress(
    context.json ? { interactive: false, write: () => {} } : context.out,
    say('send.delivering', { recipients: receipt.recipients }),
  )
  const settled = new Set<string>()
  const tell = (fact: DurableFact): void => {
    if (context.json) writeJson(context.out, { event: fact.kind, ...fact })
    tellFact(fact, { progress, settled, now: context.now() })
  }
  const routed = (fact: {
    readonly domain: string
    readonly hosts: readonly string[]
    readonly site: string
  }): void => {
    if (context.json) writeJson(context.out, { event: 'routed', ...fact })
    progress.update(say('send.routed', { domain: fact.domain, host: fact.hosts[0] ?? fact.site }))
  }
  const paused = (domain: string, pause: PausedSite): void => {
    if (context.json) writeJson(context.out, { event: 'paused', domain, ...pause })
    progress.say(say('send.waits', { domain, pause: pauseText(pause, context.now()) }))
  }
  try {
    const outcome = await followMessage(mailer, receipt, { tell, routed, paused }, following)
    if (context.json) writeJson(context.out, { event: 'settled', ...outcome })
    const rest = outcome.recipients.filter(({ address }) => !settled.has(address))
    for (const recipient of rest) progress.say(lineOf(recipient))
    progress.clear()
    return exitCodeOf(outcome)
  } catch (error) {
    progress.clear()
    if (following.signal.aborted) tellThatItStays(receipt, context)
    throw error
  }
}

interface Telling {
  readonly progress: Progress
  /** Whose end was told. */
  readonly settled: Set<string>
  readonly now: number
}

function tellFact(fact: DurableFact, { progress, settled, now }: Telling): void {
  switch (fact.kind) {
    case 'delivered':
    case 'bounced':
    case 'expired':
    case 'cancelled':
      settled.add(fact.recipient)
      progress.say(lineOf({ ...fact, address: fact.recipient, state: fact.kind }))
      return
    case 'deferred': {
      const next = duration(Math.max(0, fact.nextAttemptAt - now))
      const why = fact.reply ?? failureText(fact)
      progress.say(say('send.deferred', { recipient: fact.recipient, why, next }))
      return
    }
    case 'held':
      progress.say(say('send.held', { because: fact.because }))
      return
    default:
  }
}

/** The first attempt is finished and its result told; what is open then stays in the queue. */
export async function firstAttempt(
  mailer: Mailer,
  receipt: Receipt,
  { context, signal }: Pick<Following, 'context' | 'signal'>,
): Promise<ExitCode> {
  await untilIdle(mailer, signal)
  if (signal.aborted) tellThatItStays(receipt, context)
  const { lines, entry } = await mailer.explain(receipt.id)
  if (context.json) writeJson(context.out, { event: 'attempted', ...entry })
  else {
    const texts = lines.slice(1).map(line => line.text)
    context.out.write(`${texts.join('\n')}\n`)
  }
  const states = new Set(entry.recipients.map(recipient => recipient.state))
  if (states.has('bounced') || states.has('expired')) return EXIT.unavailable
  return states.size === 1 && states.has('delivered') ? EXIT.ok : EXIT.tempFail
}

/** Or until we are told to stop. */
async function untilIdle(mailer: Mailer, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = (): void => resolve()
  if (signal.aborted) return
  signal.addEventListener('abort', stop, { once: true })
  try {
    await Promise.race([mailer.idle(), promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function tellThatItStays({ id }: Receipt, context: Context): void {
  context.err.write(`${say('send.stays', { id })}\n`)
}

type Ended = Pick<Outcome['recipients'][number], 'address' | 'host' | 'reply' | 'detail' | 'tls'> & {
  readonly state: string
}

function lineOf({
  address,
  state,
  host,
  reply,
  detail,
  tls,
}: Partial<Ended> & Pick<Ended, 'address' | 'state'>): string {
  const by =
    host === undefined
      ? ''
      : say('send.by', {
          host,
          over: tls === undefined ? say('send.in-plain-text') : say('send.over', { tls: tls.protocol }),
        })
  return `${address}: ${stateWord(state)}${by}${reply === undefined && detail === undefined ? '' : `: ${reply ?? detail}`}`
}

function exitCodeOf(outcome: Outcome): ExitCode {
  if (outcome.delivered) return EXIT.ok
  const codes = new Set(outcome.recipients.map(recipient => recipient.code))
  if (codes.has('no-such-domain') || codes.has('null-mx') || codes.has('no-mail-host')) return EXIT.noHost
  if (codes.has('user-unknown')) return EXIT.noUser
  return EXIT.unavailable
}
