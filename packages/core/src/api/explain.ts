/**
 * Explain: the story of one message for people, from its entry in the queue and its facts.
 *
 * Not here: how the lines are told (observe/story.ts), what to do about a failure (language/remedies.ts).
 */
import { CHECKS } from '../language/checks.ts'
import { remedyText } from '../language/remedies.ts'
import { say } from '../language/story.ts'
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
  return { entry, facts, lines: tellStory(facts, { ...entry, pauses, waits }, remedyOf) }
}

function waitingDomain({ address, state }: QueueEntryRecipient): readonly string[] {
  return ['waiting', 'running', 'deferred'].includes(state) ? [address.slice(address.lastIndexOf('@') + 1)] : []
}
