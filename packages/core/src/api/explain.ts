/**
 * Explain: the story of one message for people, from its entry in the queue and its facts.
 *
 * Not here: how the lines are told (observe/story.ts), what to do about a failure (language/remedies.ts).
 */
import { CHECKS } from '../language/checks.ts'
import { remedyText } from '../language/remedies.ts'
import { failureText } from '../language/reply-hints.ts'
import { isEnglish } from '../language/speaker.ts'
import { say } from '../language/story.ts'
import type { DurableFact } from '../model/fact.ts'
import { tellStory } from '../observe/index.ts'
import type { QueueEntryRecipient, QueueStore } from '../queue/index.ts'
import type { QueueAdmin } from './queue-admin.ts'
import type { Story } from './receipt.ts'
import { type WaitsPorts, waitsOf } from './waits.ts'

/** With the check that sees it, where there is one. */
function remedyOf(id: string): string | undefined {
  const remedy = remedyText(id)
  return remedy !== undefined && id in CHECKS ? say('remedy.check', { remedy, id }) : remedy
}

/** @throws MailerError `unknown-message` */
export async function explain(
  id: string,
  queue: QueueAdmin,
  ports: WaitsPorts & { readonly store: Pick<QueueStore, 'history'> },
): Promise<Story> {
  const entry = await queue.show(id)
  const facts = await ports.store.history(entry.id)
  const pauses = await queue.pausesFor([...new Set(entry.recipients.flatMap(waitingDomain))])
  const waits = await waitsOf(entry, ports)
  const retell = isEnglish() ? (text: string) => text : (await import('../language/retell.ts')).retell
  const told = facts.map(({ number, fact }) => ({ number, fact: retold(fact, retell) }))
  const now = { ...entry, pauses: because(pauses, retell), waits: because(waits, retell) }
  const lines = tellStory(told, entry.held === undefined ? now : { ...now, held: retell(entry.held) }, remedyOf)
  return { entry, facts, lines }
}

/** A fact with the sentences that it keeps as its reader is told them; what was said by others stays. */
function retold(fact: DurableFact, retell: (text: string) => string): DurableFact {
  switch (fact.kind) {
    case 'queued': {
      const checks = fact.clearance.checks.map(check => ({
        ...check,
        found: retell(check.found),
        ...(check.fix !== undefined && { fix: retell(check.fix) }),
      }))
      return { ...fact, clearance: { ...fact.clearance, checks } }
    }
    case 'held':
      return { ...fact, because: retell(fact.because) }
    case 'deferred':
    case 'bounced':
    case 'expired':
      // That of a rule is found by its rule.
      return failureText(fact) === fact.detail ? { ...fact, detail: retell(fact.detail) } : fact
    case 'returned':
      return { ...fact, detail: retell(fact.detail) }
    default:
      return fact
  }
}

function because<Why extends { readonly because: string }>(
  whys: ReadonlyMap<string, Why>,
  retell: (text: string) => string,
): ReadonlyMap<string, Why> {
  return new Map([...whys].map(([domain, why]) => [domain, { ...why, because: retell(why.because) }]))
}

function waitingDomain({ address, state }: QueueEntryRecipient): readonly string[] {
  return ['waiting', 'running', 'deferred'].includes(state) ? [address.slice(address.lastIndexOf('@') + 1)] : []
}
