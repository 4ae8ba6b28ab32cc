/**
 * Writer: the thread that owns the file. Whatever gathered while one fsync ran shares the next: group commit.
 *
 * Policy.
 * - A batch of calls is one transaction, and no answer leaves before its commit.
 * - When a call of a transaction fails, all are rolled back and each runs again in a transaction of its own, so that the
 *   failure is that call's alone. The good way costs no savepoints.
 * - A transaction that only moves leases is written without fsync: a lease need not survive the machine.
 *
 * Not here: what the calls do (intake, holding, claims, settling, looking, operating, tls, standings).
 * This thread imports nothing but its own files and node builtins, so that it starts from source and from dist alike.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../../ambient/clock.ts'
import { packJob, unpackMessage, unpackSettled } from '../../packed.ts'
import { isBusy, troubleOf } from '../both/errors.ts'
import type { Answer, Batch, Call, Opening, VerbName, Verbs, WriterOptions } from '../both/protocol.ts'
import { cancel, hold, prune, reschedule, retry, unhold, vacuum, withdraw } from './admin.ts'
import { claim, giveBack, nextDue, renew } from './claim.ts'
import { addDmarc, dmarc } from './dmarc.ts'
import { enqueue, enqueueAll, findKeys } from './enqueue.ts'
import { emptyLog, erase, mentions } from './erasure.ts'
import { writeAll } from './fast-path/fast-path.ts'
import { listMessages } from './history.ts'
import { forgetContent, keptContent } from './kept-content.ts'
import { findByMessageId, newestFact, recordOnce } from './late-facts.ts'
import { giveUpLeadership, takeLeadership } from './leadership.ts'
import { openQueue } from './open.ts'
import { countDue, countHeld, counts, facts, history, list, number, read, readBlock, show } from './queries.ts'
import { settle } from './settle.ts'
import { putStandings, standings } from './standings.ts'
import { addStatistics, statistics, sumStatistics } from './statistics.ts'
import { putSuppressions, suppression, suppressions, unsuppress } from './suppressions.ts'
import { claimTlsReport, countTls, noteTlsReport, tlsDays } from './tls-counts.ts'
import { WriterTransaction } from './transaction.ts'

/** How much a call asks of the disk: nothing, a transaction, a transaction with fsync. */
type Weight = 'reads' | 'writes' | 'lasts'
type Handler<V extends VerbName> = readonly [
  Weight,
  (transaction: WriterTransaction, ask: Verbs[V]['ask']) => Verbs[V]['answer'],
]
type Handlers = { readonly [V in VerbName]: Handler<V> }

const HANDLERS: Handlers = {
  enqueue: ['lasts', (transaction, ask) => enqueue(transaction, unpackMessage(ask))],
  enqueueAll: ['lasts', (transaction, ask) => enqueueAll(transaction, ask.map(unpackMessage))],
  findKeys: ['reads', findKeys],
  withdraw: ['lasts', withdraw],
  takeLeadership: ['writes', takeLeadership],
  giveUpLeadership: ['lasts', giveUpLeadership],
  claim: ['writes', (transaction, ask) => claim(transaction, ask).map(packJob)],
  read: ['reads', read],
  readBlock: ['reads', readBlock],
  renew: ['writes', renew],
  settle: ['lasts', (transaction, ask) => settle(transaction, unpackSettled(ask))],
  giveBack: ['writes', giveBack],
  nextDue: ['reads', nextDue],
  version: ['reads', transaction => transaction.version()],
  facts: ['reads', facts],
  history: ['reads', history],
  list: ['reads', list],
  number: ['reads', number],
  show: ['reads', show],
  messages: ['reads', ({ sql }, query) => listMessages({ sql, clock: systemClock }, query)],
  counts: ['reads', counts],
  countDue: ['reads', countDue],
  countHeld: ['reads', countHeld],
  hold: ['lasts', hold],
  unhold: ['lasts', unhold],
  retry: ['lasts', retry],
  reschedule: ['lasts', reschedule],
  cancel: ['lasts', cancel],
  suppression: ['reads', suppression],
  suppressions: ['reads', suppressions],
  putSuppressions: ['lasts', putSuppressions],
  unsuppress: ['lasts', unsuppress],
  newestFact: ['reads', newestFact],
  findByMessageId: ['reads', findByMessageId],
  recordOnce: ['lasts', recordOnce],
  countTls: ['writes', countTls],
  tlsDays: ['reads', tlsDays],
  noteTlsReport: ['writes', noteTlsReport],
  claimTlsReport: ['lasts', claimTlsReport],
  keptContent: ['reads', keptContent],
  forgetContent: ['lasts', forgetContent],
  addStatistics: ['writes', addStatistics],
  sumStatistics: ['writes', sumStatistics],
  statistics: ['reads', statistics],
  addDmarc: ['lasts', addDmarc],
  dmarc: ['reads', dmarc],
  standings: ['reads', standings],
  putStandings: ['writes', putStandings],
  mentions: ['reads', ({ sql }, ask) => mentions({ sql, clock: systemClock }, ask)],
  erase: ['lasts', erase],
  emptyLog: ['reads', emptyLog],
  prune: ['lasts', prune],
  vacuum: ['lasts', vacuum],
  close: ['reads', () => null],
}

/** These find on the fast path what they need, or need nothing of it. The others are shown a queue without one. */
const KNOW_THE_FAST_PATH: ReadonlySet<VerbName> = new Set<VerbName>([
  'enqueue',
  'enqueueAll',
  'findKeys',
  'takeLeadership',
  'giveUpLeadership',
  'claim',
  'read',
  'readBlock',
  'renew',
  'settle',
  'giveBack',
  'nextDue',
  'version',
  'suppression',
  'suppressions',
  'putSuppressions',
  'unsuppress',
  'countTls',
  'tlsDays',
  'noteTlsReport',
  'claimTlsReport',
  'forgetContent',
  'addStatistics',
  'sumStatistics',
  'statistics',
  'addDmarc',
  'dmarc',
  'standings',
  'putStandings',
  'messages',
  'mentions',
  'emptyLog',
  'vacuum',
  'close',
])

/** They need room for mail. */
const ACCEPTING: ReadonlySet<VerbName> = new Set<VerbName>(['enqueue', 'enqueueAll'])

function answer<V extends VerbName>(transaction: WriterTransaction, [seq, verb, ask]: Call<V>): Answer {
  const [, handle]: Handler<V> = HANDLERS[verb]
  return [seq, handle(transaction, ask)]
}

class Writer {
  readonly #transaction: WriterTransaction
  readonly #path: string
  #fsync = true

  constructor(options: WriterOptions, tell: (opening: Opening) => void) {
    this.#path = options.path
    this.#transaction = new WriterTransaction(openQueue(options, tell), options.holder)
  }

  run({ calls, parts }: Batch, port: NonNullable<typeof parentPort>): void {
    this.#transaction.parts = parts
    const answers = this.#together(calls) ?? calls.flatMap(call => this.#alone(call))
    const transfers = answers.flatMap(([, value]) => (value instanceof Uint8Array ? [value.buffer as ArrayBuffer] : []))
    port.postMessage(answers, transfers)
    this.#transaction.parts = []
    // Large ones would wait long for the collector.
    for (const part of parts) part.buffer.transfer(0)
    if (calls.some(([, verb]) => verb === 'close')) {
      this.#transaction.queue.close()
      port.close()
    }
  }

  #together(calls: readonly Call[]): Answer[] | undefined {
    try {
      return this.#transact(calls)
    } catch (error) {
      // Of several calls one is to blame, unless nobody gets at the file.
      if (calls.length > 1 && !isBusy(error)) return undefined
      return calls.map(call => this.#refuse(call, error))
    }
  }

  #alone(call: Call): Answer[] {
    try {
      return this.#transact([call])
    } catch (error) {
      return [this.#refuse(call, error)]
    }
  }

  #refuse([seq]: Call, error: unknown): Answer {
    return [seq, null, troubleOf(error, this.#path)]
  }

  #transact(calls: readonly Call[]): Answer[] {
    const transaction = this.#transaction
    const { db } = transaction.queue
    const weights = new Set(calls.map(([, verb]) => HANDLERS[verb][0]))
    const lasts = weights.has('lasts')
    // What is on the fast path has to be written out for those who do not know of it. Another process may have done so: then its
    // table is empty, and what that process could not know is put right from our memory.
    const stands = (): boolean => transaction.fastPath.size > 0 || transaction.sql.anyOnFastPath.holds()
    const looks = calls.some(([, verb]) => !KNOW_THE_FAST_PATH.has(verb)) && (lasts || stands())
    this.#setFsync(lasts)
    transaction.queue.makeRoom(calls.some(([, verb]) => ACCEPTING.has(verb)) ? 'messages' : 'outcomes')
    transaction.sql[lasts || looks || weights.has('writes') ? 'beginWriting' : 'begin'].run()
    try {
      transaction.begin()
      const answers = calls.map((call): Answer => {
        if (!KNOW_THE_FAST_PATH.has(call[1])) {
          transaction.disturb()
          if (looks) writeAll(transaction)
        }
        return answer(transaction, call)
      })
      transaction.finish()
      transaction.sql.commit.run()
      transaction.committed()
      return answers
    } catch (error) {
      // A full disk has rolled back already.
      if (db.isTransaction) db.exec('ROLLBACK')
      transaction.rollBack()
      throw error
    }
  }

  #setFsync(wanted: boolean): void {
    if (this.#fsync === wanted) return
    this.#transaction.queue.db.exec(`PRAGMA synchronous = ${wanted ? 'FULL' : 'NORMAL'}`)
    this.#fsync = wanted
  }
}

function start(port: NonNullable<typeof parentPort>): void {
  const options = workerData as WriterOptions
  let writer: Writer
  try {
    writer = new Writer(options, opening => port.postMessage(opening))
  } catch (error) {
    port.postMessage({ refused: troubleOf(error, options.path) } satisfies Opening)
    port.close()
    return
  }
  port.on('message', (batch: Batch) => writer.run(batch, port))
  port.postMessage({ opened: true } satisfies Opening)
}

if (parentPort !== null) start(parentPort)
