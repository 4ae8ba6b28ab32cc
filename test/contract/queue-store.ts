/**
 * describeQueueStore: what every store of the queue does. The invariants are those of the header of queue/store.ts.
 *
 * Not here: the death of a process (test/crash), what is particular to one store (its own tests).
 */
import { suite } from 'node:test'
import { describeClaims } from './queue-store/claims.ts'
import { describeCommits } from './queue-store/commits.ts'
import { describeGivingUp } from './queue-store/giving-up.ts'
import { Harness, type QueueUnderTest } from './queue-store/harness.ts'
import { describeHistory } from './queue-store/history.ts'
import { describeHolding } from './queue-store/holding.ts'
import { describeIntake } from './queue-store/intake.ts'
import { describeLooking } from './queue-store/looking.ts'
import { describeOperating } from './queue-store/operating.ts'
import { describeRests } from './queue-store/rests.ts'
import { describeSuppressions } from './queue-store/suppressions.ts'
import { describeTelling } from './queue-store/telling.ts'

/** `make` gives a new, empty queue. */
export function describeQueueStore(name: string, make: () => Promise<QueueUnderTest>): void {
  suite(`the queue contract, ${name}`, () => {
    const harness = new Harness(make)
    describeIntake(harness)
    describeGivingUp(harness)
    describeClaims(harness)
    describeCommits(harness)
    describeHolding(harness)
    describeLooking(harness)
    describeHistory(harness)
    describeOperating(harness)
    describeTelling(harness)
    describeRests(harness)
    describeSuppressions(harness)
  })
}
