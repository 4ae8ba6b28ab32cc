/**
 * Intake: one message into the tables. Runs inside the writer's transaction.
 *
 * Policy. A key that is known with the same digest is the same message, and nothing is added; with another digest it is
 * refused, and the others of the transaction are not disturbed.
 */

import type { NewMessage } from '../../rows.ts'
import type { Verbs } from '../protocol.ts'
import { takeOnStage } from './fast-path/fast-path.ts'
import type { Desk } from './transaction.ts'
import { writeMessage } from './write-message.ts'

export function enqueue(desk: Desk, message: NewMessage): Verbs['enqueue']['answer'] {
  const key = message[9]
  if (key !== null) {
    const known = desk.sql.findKey.get(key) as unknown as [string, string | null] | undefined
    if (known !== undefined) return known[1] === message[10] ? known[0] : false
  }
  add(desk, message)
  return null
}

function add(desk: Desk, message: NewMessage): void {
  const [, , acceptedAt, , , , , , held, , , , , recipients, facts, start, end] = message
  const n = desk.nextMessage()
  if (!takeOnStage(desk, n, message)) {
    writeMessage(desk, n, message, { state: held === null ? 0 : 2, attempts: 0 })
    for (const fact of facts) desk.tell(n, acceptedAt, fact)
  }
  desk.sql.addContent.run(n, desk.bytes.subarray(start, end))
  desk.count(1, recipients)
}
