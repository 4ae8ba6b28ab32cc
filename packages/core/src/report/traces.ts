/**
 * Traces: what the header of a message that came back says of its time in our queue.
 *
 * Policy. A report proves nothing of who sent it, so what it says is only a way to find a message that we know: by the queue id
 * in our Received line, or by its Message-ID among the messages of the minutes in which it was written or signed.
 *
 * Not here: looking (the queue). RFC 5322 §3.6.1, §3.6.4, RFC 6376 §3.5 (t=), RFC 5321 §4.4.
 */
import { readFields } from '../mime/index.ts'
import { isQueueId, type QueueId } from '../model/queue-id.ts'

export interface Traces {
  /** In Received lines, whoever wrote them. */
  readonly ids: readonly QueueId[]
  readonly messageId: string | undefined
  /** When it may have been accepted. */
  readonly times: readonly number[]
}

/** A message passes few hosts, and is signed a few times. */
const MOST = 20

export function tracesOf(header: string): Traces {
  const fields = readFields(header)
  const all = (name: string): readonly string[] =>
    fields
      .filter(field => field[0] === name)
      .map(([, value]) => value)
      .slice(0, MOST)
  const signed = all('dkim-signature').flatMap(value => /(?:^|;)\s*t\s*=\s*(\d{9,11})\s*(?:;|$)/.exec(value)?.[1] ?? [])
  const times = [...all('date').map(date => Date.parse(date)), ...signed.map(seconds => Number(seconds) * 1000)]
  const ids = [
    ...all('x-queue-id').map(value => value.trim()),
    ...all('received').flatMap(value => /\bid ([0-9A-Z]{20})\b/.exec(value)?.[1] ?? []),
  ]
  return {
    ids: [...new Set(ids.filter(isQueueId))],
    messageId: all('message-id').map(messageIdIn)[0],
    times: [...new Set(times.filter(time => !Number.isNaN(time)))],
  }
}

/** Some leave the brackets out. RFC 5322 §3.6.4 */
function messageIdIn(value: string): string | undefined {
  const bare = /^\s*([^\s<>@]{1,500}@[^\s<>@]{1,500})\s*$/.exec(value)?.[1]
  return /<[^<>\s]+>/.exec(value)?.[0] ?? (bare === undefined ? undefined : `<${bare}>`)
}
