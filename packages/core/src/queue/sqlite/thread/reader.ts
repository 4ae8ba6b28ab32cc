/**
 * Reader: the thread that looks back over the messages of the file, by a connection that cannot write. It is started when somebody
 * looks, and ended when nobody does, so that it costs nothing else any memory.
 *
 * Policy. A look is one short transaction: a longer one would keep the log of the file from being taken in.
 *
 * Not here: what is looked for (history.ts), the thread that writes (writer.ts).
 */
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../../ambient/clock.ts'
import { troubleOf } from '../both/errors.ts'
import type { Look, LookAnswer, ReaderOptions } from '../both/protocol.ts'
import { listMessages } from './history.ts'
import { prepareReader } from './sql.ts'

const CACHE_KIB = 2 * 1024

function open({ path, busyMs }: ReaderOptions): (look: Look) => LookAnswer {
  const db = new DatabaseSync(path, { readOnly: true, timeout: busyMs })
  db.exec(`PRAGMA query_only = 1; PRAGMA mmap_size = 0; PRAGMA cache_size = -${CACHE_KIB}`)
  const sql = prepareReader(db)
  return ([seq, query]) => {
    db.exec('BEGIN')
    try {
      return [seq, listMessages({ sql, clock: systemClock }, query)]
    } finally {
      db.exec('ROLLBACK')
    }
  }
}

function start(port: NonNullable<typeof parentPort>): void {
  const options = workerData as ReaderOptions
  let answer: ((look: Look) => LookAnswer) | undefined
  port.on('message', (look: Look) => {
    try {
      answer ??= open(options)
      port.postMessage(answer(look))
    } catch (error) {
      port.postMessage([look[0], null, troubleOf(error, options.path)] satisfies LookAnswer)
    }
  })
}

if (parentPort !== null) start(parentPort)
