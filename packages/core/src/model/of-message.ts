/** OfMessage: what every fact says of its message. */
import type { QueueId } from './queue-id.ts'

/** Which message; its tags, when it has some, and who submitted it, when that is known. */
export interface OfMessage {
  readonly messageId: QueueId
  readonly at: number
  readonly tags?: Readonly<Record<string, string>>
  readonly account?: string
}

/** What is known of a message when a fact about it is made. */
interface KnownMessage {
  readonly messageId: QueueId
  readonly tags: OfMessage['tags'] | undefined
  readonly account?: string | undefined
}

/** What a fact says of its message: the same in every fact, whoever makes it. */
export function ofMessage({ messageId, tags, account }: KnownMessage, at: number): OfMessage {
  return {
    messageId,
    at,
    ...(tags !== undefined && hasKeys(tags) && { tags }),
    ...(account !== undefined && { account }),
  }
}

/** Of each message that is sent: Object.keys would make an array. */
function hasKeys(object: object): boolean {
  for (const _ in object) return true
  return false
}
