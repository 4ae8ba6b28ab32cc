/**
 * AnyArgumentQueue: how a public function is given whatever there is, and those of the queue.
 */
import fc from 'fast-check'
import { ID, like, SELECTIONS, SIGNALS, VALUE } from './anything.fixture.ts'
import type { Mailer } from './mailer.ts'

export interface Calls {
  /** What it may be given. */
  readonly given: readonly fc.Arbitrary<unknown>[]
  readonly call: (mailer: Mailer, ...given: never[]) => unknown
  readonly runs: number
}
export const calls = (given: readonly fc.Arbitrary<unknown>[], call: Calls['call'], runs: number = 150): Calls => ({
  given,
  call,
  runs,
})

export const QUEUE: Readonly<Record<string, Calls>> = {
  list: calls([like({ domain: 'b.example', state: 'held', limit: 10, after: ID })], (m, filter) =>
    m.queue.list(filter),
  ),
  show: calls([VALUE], (m, id) => m.queue.show(id)),
  content: calls([fc.oneof(fc.constant(ID), VALUE)], (m, id) => m.queue.content(id)),
  counts: calls([], m => m.queue.counts()),
  server: calls([], m => m.queue.server()),
  pausedSites: calls([], m => m.queue.pausedSites()),
  lanes: calls([], m => m.queue.lanes()),
  reputation: calls([], m => m.queue.reputation()),
  pausesFor: calls([fc.oneof(VALUE, fc.array(VALUE)), SIGNALS], (m, domains, options) =>
    m.queue.pausesFor(domains, options),
  ),
  recentFacts: calls([VALUE], (m, since) => m.queue.recentFacts(since)),
  flush: calls([SELECTIONS], (m, which) => m.queue.flush(which)),
  retry: calls([SELECTIONS], (m, which) => m.queue.retry(which)),
  hold: calls([SELECTIONS, fc.oneof(fc.constant('why'), VALUE)], (m, which, because) => m.queue.hold(which, because)),
  release: calls([SELECTIONS], (m, which) => m.queue.release(which)),
  cancel: calls([SELECTIONS], (m, which) => m.queue.cancel(which)),
  reschedule: calls([fc.oneof(fc.constant(ID), VALUE), VALUE], (m, id, at) => m.queue.reschedule(id, at)),
  unsuppress: calls([VALUE], (m, address) => m.queue.unsuppress(address)),
}
