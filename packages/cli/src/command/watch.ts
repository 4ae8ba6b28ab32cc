/**
 * Watch: the checks again and again until nothing is wrong.
 *
 * Policy.
 * - The name servers of the domains themselves are asked, so that a record is seen the moment they serve it, whatever others
 *   still remember. They are asked soon at first, then less often: never more often than each ten seconds, and at least once
 *   in the TTL of what is wrong, or in a minute.
 * - Mail hosts are not called again where they gave a good answer; only what is wrong is tried anew.
 * - When all is well there, the resolver that is configured is asked once more: what it still remembers, others do too, and
 *   the time that this takes is told.
 *
 * Not here: which server is asked for which name (checkup/authoritative.ts).
 */

import type { MailerSeams } from '@postrider/core'
import type { RelayConfig } from '@postrider/relay'
import { type Authoritative, authoritativeResolver, type Checkup, type Noting, noteTtl } from '../checkup/index.ts'
import { say } from '../language/commands.ts'
import { duration, startProgress } from '../terminal/index.ts'
import type { Context } from './command.ts'
import { type Examined, type ExamineOptions, examine, quiet } from './examine.ts'

const FIRST_PAUSE_S = 10
const LONGEST_PAUSE_S = 60
/** Each pause is so much longer than the one before. */
const GROWTH = 1.5
const LONGEST_MEMORY_S = 86_400

export interface Watching {
  readonly context: Context
  readonly signal: AbortSignal
  readonly before: Examined
  readonly show: (checkup: Checkup) => void
}

/** @returns the last round */
export async function watchUntilGreen(
  config: RelayConfig,
  options: ExamineOptions,
  { context, signal, before, show }: Watching,
): Promise<Checkup> {
  const { systemClock } = await import('@postrider/core')
  const clock = context.seams?.clock ?? systemClock
  const addresses = before.publicAddresses.map(({ address }) => address)
  // Known from the first round: nobody else has to be asked again.
  const egress = { ...config.options.egress, publicAddresses: addresses }
  const settled = { ...config, options: { ...config.options, egress } }
  const { authoritative, ordinary, close } = await openResolvers(settled, options.senders)
  let last = before.checkup
  let pause = FIRST_PAUSE_S
  try {
    while (!isGreen(last)) {
      const text = say('watch.wrong', { checks: amiss(last), pause })
      const progress = await startProgress(quiet(context), text)
      await clock.sleep(pause * 1000, signal).catch(() => {})
      progress.clear()
      if (signal.aborted) return last
      const probes = withoutTheGood(last)
      const { checkup } = await examine(settled, options, { context, signal, resolver: authoritative, lookout: probes })
      const whole = withTheGood(checkup, last)
      if (context.json || amiss(whole).join() !== amiss(last).join()) show(whole)
      last = whole
      const longest = Math.max(authoritative.takeTtl(LONGEST_PAUSE_S), FIRST_PAUSE_S)
      pause = Math.min(Math.ceil(pause * GROWTH), longest)
    }
    if (!context.json) {
      const { checkup } = await examine(settled, options, { context, signal, resolver: ordinary, lookout: NOBODY })
      const remembered = amiss(checkup)
      if (remembered.length > 0) context.out.write(`\n${memoryNote(remembered, ordinary.longest())}\n`)
    }
    return last
  } finally {
    await close()
  }
}

export function isGreen(checkup: Checkup): boolean {
  return amiss(checkup).length === 0
}

function amiss({ senders, state }: Checkup): readonly string[] {
  const all = [...senders.flatMap(({ checks }) => checks), ...state]
  return [...new Set(all.filter(({ level }) => level === 'warn' || level === 'fail').map(({ id }) => id))]
}

/** The checks that call a host of somebody else, and what they call it with. */
const CALLS = {
  probe: ['egress.port-25'],
  askMailboxes: ['mx.mailboxes', 'return-path.receives'],
  askTime: ['host.clock'],
} as const
const NOBODY = { probe: undefined, askMailboxes: undefined, askTime: undefined } as const

function withoutTheGood({ senders }: Checkup): MailerSeams['lookout'] {
  const checks = senders.flatMap(each => each.checks)
  const isGood = (id: string): boolean => checks.every(check => check.id !== id || check.level === 'ok')
  return Object.fromEntries(
    Object.entries(CALLS).flatMap(([call, ids]) => (ids.every(isGood) ? [[call, undefined]] : [])),
  )
}

/** What was not asked again stands as it was found. */
function withTheGood(now: Checkup, before: Checkup): Checkup {
  const called = new Set<string>(Object.values(CALLS).flat())
  const senders = now.senders.map((sender, index) => {
    const has = new Set(sender.checks.map(({ id }) => id))
    const kept = before.senders[index]?.checks.filter(({ id }) => called.has(id) && !has.has(id)) ?? []
    return { ...sender, checks: [...sender.checks, ...kept] }
  })
  return { ...now, senders }
}

function memoryNote(remembered: readonly string[], seconds: number): string {
  const time = seconds === 0 ? '' : say('watch.up-to', { time: duration(seconds * 1000) })
  return say('watch.remembered', { time, remembered })
}

interface Resolvers {
  readonly authoritative: Authoritative
  readonly ordinary: Noting
  readonly close: () => Promise<void>
}

async function openResolvers({ options }: RelayConfig, senders: readonly string[]): Promise<Resolvers> {
  const { createResolver, isAbsence, systemClock } = await import('@postrider/core')
  const { servers, timeoutMs, trustAd } = options.dns
  const domains = [...senders.map(sender => sender.slice(sender.lastIndexOf('@') + 1)), options.hostname]
  const configured = createResolver({ servers, timeoutMs, trustAd, cacheEntries: 0, clock: systemClock })
  const authoritative = authoritativeResolver({
    ordinary: configured,
    open: addresses =>
      createResolver({ servers: addresses, timeoutMs: 5000, trustAd: false, cacheEntries: 0, clock: systemClock }),
    domains,
    isAbsence,
  })
  return {
    authoritative,
    ordinary: noteTtl(configured, domains, LONGEST_MEMORY_S),
    close: async () => void (await Promise.all([authoritative.close(), configured.close()])),
  }
}
