import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { QueueEntry, QueueId } from '@postrider/core'
import { FakeClock } from '@postrider/core/testing'
import { MessageLooks } from './message-look.ts'

test('a look is shared by the events of one moment, and of a person who is erased nothing is told afterwards', async () => {
  const clock = new FakeClock()
  const id = '01JBXW6K4M000000005N' as QueueId
  let asked = 0
  let from = 'ada@abc.mail'
  const show = async (): Promise<QueueEntry> => {
    asked++
    return { id, from, acceptedAt: 0, expiresAt: 0, sizeBytes: 0, priority: 'normal', tags: {}, recipients: [] }
  }
  const looks = new MessageLooks({ show }, clock)
  for (let times = 0; times < 3; times++) assert.equal((await looks.of(id)).from, from)
  assert.equal(asked, 1)
  from = 'erased@abc.mail'
  await clock.advance(1000)
  assert.equal((await looks.of(id)).from, from)
})
