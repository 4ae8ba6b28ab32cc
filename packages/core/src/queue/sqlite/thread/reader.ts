/**
 * Reader: the thread that looks back over the messages and the statistics of the file, by a connection that cannot write. It is started when somebody
 * looks, and ended when nobody does, so that it costs nothing else any memory.
 *
 * Policy. A look is short transactions, one for each stretch: a longer one would keep the log of the file from being taken in.
 * On Linux this thread gives way to all others of the process: who looks back waits a little longer, who submits mail does not.
 *
 * Not here: what is looked for (history.ts, statistics.ts), the thread that writes (writer.ts).
 */
import { readlinkSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../../ambient/clock.ts'
import { troubleOf } from '../both/errors.ts'
import type { Look, LookAnswer, LookName, ReaderOptions, Verbs } from '../both/protocol.ts'
import { mentions } from './erasure.ts'
import { listMessages } from './history.ts'
import { prepareReader } from './sql.ts'
import { statistics } from './statistics.ts'

const CACHE_KIB = 2 * 1024
/** A tenth of the weight of a thread that was left alone. */
const STEPS_DOWN = 10
const LOWEST = 19

function open({ path, busyMs }: ReaderOptions): (look: Look) => LookAnswer {
  const db = new DatabaseSync(path, { readOnly: true, timeout: busyMs })
  db.exec(`PRAGMA query_only = 1; PRAGMA mmap_size = 0; PRAGMA cache_size = -${CACHE_KIB}`)
  const reading = { sql: prepareReader(db), clock: systemClock, renew: () => db.exec('ROLLBACK; BEGIN') }
  const looks: { readonly [V in LookName]: (ask: Verbs[V]['ask']) => Verbs[V]['answer'] } = {
    messages: query => listMessages(reading, query),
    statistics: query => statistics(reading, query),
    mentions: ask => mentions(reading, ask),
  }
  const look = <V extends LookName>([, verb, ask]: Look<V>): Verbs[V]['answer'] => looks[verb](ask)
  return asked => {
    db.exec('BEGIN')
    try {
      return [asked[0], look(asked)]
    } finally {
      db.exec('ROLLBACK')
    }
  }
}

function giveWay(): void {
  try {
    // `PID/task/TID`
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    setPriority(thread, Math.min(LOWEST, getPriority() + STEPS_DOWN))
  } catch {
    // No Linux, or not allowed: acceptances share the processor with it.
  }
}

function start(port: NonNullable<typeof parentPort>): void {
  const options = workerData as ReaderOptions
  let answer: ((look: Look) => LookAnswer) | undefined
  giveWay()
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
