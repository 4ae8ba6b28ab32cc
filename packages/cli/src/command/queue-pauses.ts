/**
 * QueuePauses: which of some messages wait because a mail site is paused, and until when.
 *
 * Policy. A pause is the answer of a receiver that asked for less mail: to go on sooner makes it worse, so no command ends it.
 */

import type { Mailer, PausedSite, QueueEntry, QueueSelection } from '@postrider/core'
import { say } from '../language/commands.ts'
import type { Context } from './command.ts'
import { domainOf } from './follow-message.ts'
import { pauseText } from './pause-text.ts'

/** By recipient domain. */
export type Pauses = ReadonlyMap<string, PausedSite>

export async function pausesOf(entries: readonly QueueEntry[], mailer: Mailer): Promise<Pauses> {
  return mailer.queue.pausesFor([...new Set(entries.flatMap(waitingDomains))])
}

/** Those that a message waits for, each once. */
export function pausesFor(entry: QueueEntry, pauses: Pauses): readonly PausedSite[] {
  return [...new Set(waitingDomains(entry).flatMap(domain => pauses.get(domain) ?? []))]
}

export function pausedFields(entry: QueueEntry, pauses: Pauses): { readonly paused?: readonly PausedSite[] } {
  const paused = pausesFor(entry, pauses)
  return paused.length === 0 ? {} : { paused }
}

/** One line for each paused site that some of the messages wait for. */
export function pauseLines(entries: readonly QueueEntry[], pauses: Pauses, now: number): readonly string[] {
  const waiting = new Map<PausedSite, number>()
  for (const entry of entries)
    for (const pause of pausesFor(entry, pauses)) waiting.set(pause, (waiting.get(pause) ?? 0) + 1)
  return [...waiting].map(([pause, count]) => {
    const who = entries.length === 1 ? say('pause.it') : say('pause.of', { count, all: entries.length })
    return say('pause.waits', { who, pause: pauseText(pause, now) })
  })
}

const LOOKED_AT = 500

/** After a retry: what it cannot do. */
export async function tellPaused(mailer: Mailer, selected: readonly QueueSelection[], context: Context): Promise<void> {
  if ((await mailer.queue.pausedSites()).length === 0) return
  const found = await Promise.all(
    selected.map(async which =>
      typeof which === 'string' ? [await mailer.queue.show(which)] : mailer.queue.list({ ...which, limit: LOOKED_AT }),
    ),
  )
  const entries = found.flat()
  const pauses = await pausesOf(entries, mailer)
  const lines = pauseLines(entries, pauses, context.now())
  if (lines.length === 0) return
  const end = say('queue.pauses.end')
  for (const line of [...lines, end]) context.err.write(`${line}\n`)
}

/** What is claimed counts too: the process that delivers keeps some messages to itself until their site is open again. */
const OPEN: ReadonlySet<string> = new Set(['waiting', 'running', 'deferred'])

function waitingDomains({ recipients }: QueueEntry): readonly string[] {
  const open = recipients.filter(({ state }) => OPEN.has(state))
  return [...new Set(open.map(({ address }) => domainOf(address)))]
}
