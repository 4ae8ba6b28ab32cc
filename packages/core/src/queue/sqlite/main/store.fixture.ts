/**
 * The SQLite queue, for tests: a file in a folder of its own, and a message for it.
 */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { requireAddress } from '../../../model/address.ts'
import { MailerError, type MailerErrorCode } from '../../../model/error.ts'
import { makeQueueId } from '../../../model/queue-id.ts'
import type { Submission } from '../../../model/submission.ts'
import { FakeClock } from '../../../testing/fake-clock.ts'
import type { QueueStore } from '../../store.ts'
import { openSqliteQueue, type SqliteQueueOptions } from './open.ts'

export const clock: FakeClock = new FakeClock()

export function tempPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'postrider-queue-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'queue.db')
}

export async function open(t: TestContext, path: string, over: Partial<SqliteQueueOptions> = {}): Promise<QueueStore> {
  const store = await openSqliteQueue({ path, clock, ...over })
  t.after(() => store.close())
  return store
}

export function submission(sizeBytes = 100): Submission {
  const now = clock.now()
  const domain = requireAddress('me@a.example', 'from').domain
  return {
    id: makeQueueId(now),
    envelope: { reversePath: null, recipients: [{ address: requireAddress('you@b.example', 'to') }] },
    message: {
      bytes: Buffer.alloc(sizeBytes, 'x'),
      fields: [],
      bodyStart: 0,
      from: [],
      sizeBytes,
      eightBit: false,
      smtpUtf8: false,
      longestLine: 1,
      messageId: '',
      tlsRequiredNo: false,
    },
    clearance: { result: 'skipped', envelopeDomain: domain, fromDomain: domain, publicAddresses: [], checks: [] },
    acceptedAt: now,
    notBefore: now,
    expiresAt: now + 1e9,
    priority: 'normal',
    tags: {},
  }
}

export const refuses = (code: MailerErrorCode, text?: RegExp) => (error: unknown) => {
  assert.ok(MailerError.is(error), String(error))
  assert.equal(error.code, code, error.message)
  if (text !== undefined) assert.match(error.message, text)
  return true
}
