/**
 * FollowMessage: what becomes of one message, as it happens, whichever process delivers it.
 *
 * Policy. Durable facts are read from the queue, so that a relay beside us is heard too. A site that is paused tells nothing of
 * the messages that wait for it: they are looked for once in a while, and each pause is told once.
 *
 * Not here: how it is shown (send.ts, try-out.ts).
 */
import type { DurableFact, Fact, Mailer, Outcome, PausedSite, Receipt } from '@postrider/core'
import type { Context } from './command.ts'

export interface Follower {
  /** A durable fact of the message, in order. */
  readonly tell: (fact: DurableFact) => void
  /** An attempt of this process begins. */
  readonly routed: (fact: Extract<Fact, { kind: 'routed' }>) => void
  /** Nothing is tried for this domain until then. */
  readonly paused: (domain: string, pause: PausedSite) => void
}

const LOOK_FOR_PAUSES_MS = 2000

export interface Following {
  /** The number of the newest fact before the message was sent. */
  readonly after: number
  readonly context: Context
  readonly signal: AbortSignal
}

/** Resolves when every recipient is settled. @throws MailerError `aborted` */
export async function followMessage(
  mailer: Mailer,
  receipt: Receipt,
  follower: Follower,
  { after, context, signal }: Following,
): Promise<Outcome> {
  const settled = new AbortController()
  const stop = AbortSignal.any([signal, settled.signal])
  const stopListening = mailer.on('routed', fact => {
    if (fact.messageId === receipt.id) follower.routed(fact)
  })
  const watching = Promise.all([
    tellFacts(mailer, receipt, follower, { after, signal: stop }),
    tellPauses(mailer, receipt, follower, { context, signal: stop }),
  ])
  // A queue that cannot be read fails `settled` too, which is the one that is waited for.
  const watched = watching.catch(() => {})
  try {
    return await receipt.settled({ signal })
  } finally {
    settled.abort()
    stopListening()
    await watched
  }
}

async function tellFacts(
  mailer: Mailer,
  { id }: Receipt,
  { tell }: Follower,
  { after, signal }: { readonly after: number; readonly signal: AbortSignal },
): Promise<void> {
  for await (const { fact } of mailer.facts({ after, signal })) if (fact.messageId === id) tell(fact)
}

async function tellPauses(
  mailer: Mailer,
  { recipients }: Receipt,
  { paused }: Follower,
  { context, signal }: { readonly context: Context; readonly signal: AbortSignal },
): Promise<void> {
  const { systemClock } = await import('@postrider/core')
  const clock = context.seams?.clock ?? systemClock
  const domains = [...new Set(recipients.map(domainOf))]
  const told = new Map<string, number>()
  while (!signal.aborted) {
    for (const [domain, pause] of await mailer.queue.pausesFor(domains, { signal })) {
      if (told.get(domain) === pause.until) continue
      told.set(domain, pause.until)
      paused(domain, pause)
    }
    await clock.sleep(LOOK_FOR_PAUSES_MS, signal).catch(() => {})
  }
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}
