/**
 * Enqueue: messages into the tables. Runs inside the writer's transaction.
 *
 * Policy. A key that is known with the same digest is the same message, and nothing is added; with another digest it is
 * refused, and the others of the transaction are not disturbed, but for those that are to come in together with it.
 */

import type { NewMessage } from '../../rows.ts'
import type { Verbs } from '../both/protocol.ts'
import { addContent } from './content.ts'
import { takeOnFastPath } from './fast-path/fast-path.ts'
import type { WriterTransaction } from './transaction.ts'
import { writeMessage } from './write-message.ts'

type Taken = Verbs['enqueue']['answer']

export function enqueue(transaction: WriterTransaction, message: NewMessage): Taken {
  const known = knownAs(transaction, message)
  if (known === null) add(transaction, message)
  return known
}

export function enqueueAll(transaction: WriterTransaction, messages: readonly NewMessage[]): readonly Taken[] {
  const known = messages.map(message => knownAs(transaction, message))
  if (known.includes(false)) return known
  for (const [at, message] of messages.entries()) if (known[at] === null) add(transaction, message)
  return known
}

export function findKeys({ sql }: WriterTransaction, keys: readonly string[]): Verbs['findKeys']['answer'] {
  return keys.map(key => sql.findKey.get(key) ?? null)
}

function knownAs({ sql }: WriterTransaction, { key, digest }: NewMessage): Taken {
  const known = key === null ? undefined : sql.findKey.get(key)
  if (known === undefined) return null
  return known.digest === digest ? known.id : false
}

function add(transaction: WriterTransaction, message: NewMessage): void {
  const n = transaction.nextMessage()
  if (!takeOnFastPath(transaction, n, message)) {
    writeMessage(transaction, n, message, { state: message.held === null ? 0 : 2, attempts: 0 })
    for (const fact of message.facts) transaction.tell(n, message.acceptedAt, fact)
  }
  addContent(transaction, n, transaction.bytesAt(message.start, message.end))
  transaction.count(1, message.recipients)
}
