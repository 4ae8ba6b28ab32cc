/**
 * LongHistory: a queue file with very many messages that are done, written directly: what they are, and how many, is known.
 */
import { closeSync, fsyncSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { makeQueueId } from '../../packages/core/src/model/queue-id.ts'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import { FakeClock } from '../../packages/core/src/testing/fake-clock.ts'

const BEGAN = Date.UTC(2026, 0, 1)
const JOBS = 16_384
const DOMAINS = 2_000
const ACCOUNTS = 20
const RARE = 9_973

/** Each second one. Every 20th has bounced; of `RARE` one has what only it has. */
export async function writeHistory(path: string, count: number): Promise<void> {
  await (await openSqliteQueue({ path, clock: new FakeClock(BEGAN) })).close()
  const db = new DatabaseSync(path)
  db.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; BEGIN')
  const message = db.prepare('INSERT INTO message VALUES (?, ?, ?, ?, ?, 1200, 1, 1, 1, ?, NULL, NULL, NULL, ?)')
  const job = db.prepare('INSERT INTO job VALUES (?, ?, 1, 3, ?, ?, 1, NULL, NULL)')
  const recipient = db.prepare("INSERT INTO recipient VALUES (?, 0, ?, ?, 1, 0, '250 2.0.0 Ok: queued as 4bQ', NULL)")
  for (let at = 0; at < count; at++) {
    const n = at + 1
    const time = BEGAN + at * 1000
    const rare = at % RARE === 0
    const meta = {
      reversePath: { local: 'app', domain: 'a.example' },
      facts: {
        sizeBytes: 1200,
        eightBit: false,
        smtpUtf8: false,
        longestLine: 76,
        messageId: `<${at}@a.example>`,
        tlsRequiredNo: false,
      },
      tags: { kind: rare ? 'rare' : `kind${at % 7}` },
      via: at % 3 === 0 ? 'smtp' : 'http',
      card: {
        subject: rare ? 'A rare subject' : `Your order ${at} is on its way`,
        from: 'Shop <app@a.example>',
        to: `u${at}@d${at % DOMAINS}.example`,
      },
    }
    const account = rare ? 'rare' : `account${at % ACCOUNTS}`
    message.run(
      n,
      makeQueueId(time),
      rare ? 'rare@a.example' : 'app@a.example',
      time,
      time + 4e8,
      account,
      JSON.stringify(meta),
    )
    job.run(n * JOBS, `d${at % DOMAINS}.example`, time, time + 4e8)
    recipient.run(n * JOBS, `u${at}`, at % 20 === 0 ? 3 : 2)
  }
  db.exec(`UPDATE tally SET last_message = ${count}; COMMIT`)
  db.close()
  // What the system still writes would be in the way of whoever is measured.
  const file = openSync(path, 'r+')
  fsyncSync(file)
  closeSync(file)
}
