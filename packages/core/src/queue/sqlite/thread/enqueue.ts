/**
 * Enqueue: one message into the tables. Runs inside the writer's transaction.
 *
 * Policy. A key that is known with the same digest is the same message, and nothing is added; with another digest it is
 * refused, and the others of the transaction are not disturbed.
 */

import type { NewMessage } from '../../rows.ts'
import type { Verbs } from '../both/protocol.ts'
import { addContent } from './content.ts'
import { takeOnFastPath } from './fast-path/fast-path.ts'
import type { WriterTransaction } from './transaction.ts'
import { writeMessage } from './write-message.ts'

export function enqueue(transaction: WriterTransaction, message: NewMessage): Verbs['enqueue']['answer'] {
  if (message.key !== null) {
    const known = transaction.sql.findKey.get(message.key)
    if (known !== undefined) return known.digest === message.digest ? known.id : false
  }
  add(transaction, message)
  return null
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
