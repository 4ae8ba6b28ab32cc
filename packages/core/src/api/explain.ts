/**
 * Explain: the story of one message for people, from its entry in the queue and its facts.
 *
 * Not here: how the lines are told (observe/story.ts), what to do about a failure (language/remedies.ts).
 */
import { CHECKS } from '../language/checks.ts'
import { REMEDIES } from '../language/remedies.ts'
import { say } from '../language/story.ts'
import { tellStory } from '../observe/index.ts'
import type { QueueEntryRecipient, QueueStore } from '../queue/index.ts'
import type { QueueAdmin } from './queue-admin.ts'
import type { Story } from './receipt.ts'

/** With the check that sees it, where there is one. */
const REMEDY_TEXTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(REMEDIES).map(([id, text]) => [id, id in CHECKS ? say('remedy.check', { remedy: text, id }) : text]),
)

/** @throws MailerError `unknown-message` */
export async function explain(id: string, queue: QueueAdmin, store: Pick<QueueStore, 'history'>): Promise<Story> {
  const entry = await queue.show(id)
  const facts = await store.history(entry.id)
  const pauses = await queue.pausesFor([...new Set(entry.recipients.flatMap(waitingDomain))])
  return { entry, facts, lines: tellStory(facts, { ...entry, pauses }, REMEDY_TEXTS) }
}

function waitingDomain({ address, state }: QueueEntryRecipient): readonly string[] {
  return ['waiting', 'running', 'deferred'].includes(state) ? [address.slice(address.lastIndexOf('@') + 1)] : []
}
