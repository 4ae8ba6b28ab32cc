/**
 * describeQueueStore: what every store of the queue does. The invariants are those of the header of queue/store.ts.
 *
 * Not here: the death of a process (test/crash), what is particular to one store (its own tests).
 */
import { suite } from 'node:test'
import { describeClaims } from './queue-store/claims.ts'
import { describeCommits } from './queue-store/commits.ts'
import { describeErasure } from './queue-store/erasure.ts'
import { describeGivingUp } from './queue-store/giving-up.ts'
import { Harness, type QueueUnderTest } from './queue-store/harness.ts'
import { describeHistory } from './queue-store/history.ts'
import { describeHolding } from './queue-store/holding.ts'
import { describeIntake } from './queue-store/intake.ts'
import { describeKeptContent } from './queue-store/kept-content.ts'
import { describeLooking } from './queue-store/looking.ts'
import { describeOperating } from './queue-store/operating.ts'
import { describeStandings } from './queue-store/standings.ts'
import { describeStatistics } from './queue-store/statistics.ts'
import { describeSuppressions } from './queue-store/suppressions.ts'
import { describeTelling } from './queue-store/telling.ts'
import { describeTogether } from './queue-store/together.ts'

/** `make` gives a new, empty queue. */
export function describeQueueStore(name: string, make: () => Promise<QueueUnderTest>): void {
  suite(`the queue contract, ${name}`, () => {
    const harness = new Harness(make)
    describeIntake(harness)
    describeTogether(harness)
    describeGivingUp(harness)
    describeClaims(harness)
    describeCommits(harness)
    describeHolding(harness)
    describeLooking(harness)
    describeHistory(harness)
    describeOperating(harness)
    describeTelling(harness)
    describeStandings(harness)
    describeSuppressions(harness)
    describeStatistics(harness)
    describeKeptContent(harness)
    describeErasure(harness)
  })
}
