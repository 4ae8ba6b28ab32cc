/**
 * The queue contract on SQLite, on a real file.
 */

import { describeDmarcCounts } from './dmarc-counts.ts'
import { describeQueueStore } from './queue-store.ts'
import { makeSqlite } from './sqlite-queue.ts'
import { describeTlsCounts } from './tls-counts.ts'

describeQueueStore('SQLite', () => makeSqlite())
describeTlsCounts('SQLite', () => makeSqlite())
describeDmarcCounts('SQLite', () => makeSqlite())
