/**
 * Check: random sequences of commands, the same for a store and for the reference, shrunk to the shortest that disagrees.
 *
 * Not here: what each command does (commands.ts), how long it runs (queue-model.test.ts, ../../proof/queue-model.ts).
 */
import fc from 'fast-check'
import { FakeClock } from '../../../packages/core/src/testing/fake-clock.ts'
import { LEASE_MS, START } from '../queue-samples.ts'
import type { QueueUnderTest } from '../queue-store/harness.ts'
import { claim, commit, enqueue, enterFinalDot, lead, leave, look, operate, release, renew } from './commands.ts'
import { Reference } from './reference.ts'
import { pass, type Step, type World } from './world.ts'

export interface ModelRun {
  readonly make: () => Promise<QueueUnderTest>
  /** Any number of processes deliver. */
  readonly everybodyDelivers: boolean
  /** No message goes by the fast path. */
  readonly keyed: boolean
  readonly withinMs: number
  readonly seed?: number
}

/** A command with its arguments, which fast-check prints. */
interface Command {
  readonly name: string
  readonly args: readonly unknown[]
  readonly step: Step
}

function command<A extends unknown[]>(
  name: string,
  make: (...args: A) => Step,
  args: fc.Arbitrary<A>,
): fc.Arbitrary<Command> {
  return args.map(given => ({
    name,
    args: given,
    step: make(...given),
    toString: () => `${name}(${JSON.stringify(given)})`,
  }))
}

const process = fc.nat(1)
const pick = fc.nat(30)
const wait = fc.constantFrom(0, 0, 1, 5_000, LEASE_MS, 3 * LEASE_MS)
const wish = fc.record({
  process,
  domains: fc.integer({ min: 1, max: 3 }),
  each: fc.integer({ min: 1, max: 2 }),
  delayMs: fc.constantFrom(0, 0, 0, 5_000),
  key: fc.constantFrom(0, 0, 0, 0, 1, 2),
  held: fc.constantFrom(false, false, false, true),
})

const COMMANDS: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: command('enqueue', enqueue, fc.tuple(wish, fc.constantFrom(false, false, false, true))) },
  { weight: 3, arbitrary: command('lead', lead, fc.tuple(process)) },
  { weight: 6, arbitrary: command('claim', claim, fc.tuple(process, fc.constantFrom(1, 2, 100))) },
  {
    weight: 6,
    arbitrary: command(
      'commit',
      commit,
      fc.tuple(process, pick, fc.constantFrom('delivered', 'bounced', 'deferred'), wait),
    ),
  },
  { weight: 2, arbitrary: command('release', release, fc.tuple(process, pick, wait)) },
  { weight: 2, arbitrary: command('renew', renew, fc.tuple(process, pick)) },
  { weight: 3, arbitrary: command('enterFinalDot', enterFinalDot, fc.tuple(process, pick)) },
  {
    weight: 3,
    arbitrary: command(
      'operate',
      operate,
      fc.tuple(process, pick, fc.constantFrom('hold', 'unhold', 'retry', 'cancel')),
    ),
  },
  { weight: 4, arbitrary: command('pass', pass, fc.tuple(fc.constantFrom(1, 900, 1_100, LEASE_MS / 2, LEASE_MS))) },
  { weight: 1, arbitrary: command('leave', leave, fc.tuple(process, fc.constantFrom('closed', 'killed'))) },
  { weight: 2, arbitrary: command('look', look, fc.tuple(process)) },
)

/** More than fit into the time of any run; what is left of them is made and thrown away. */
const MOST_RUNS = 2_000
/** A sequence is given up after that: the first one takes long on a busy machine. */
const LEAST_MS = 60_000

/** @returns how many sequences were run. @throws with the shortest sequence on which the store and the reference disagree */
export async function checkQueueModel({ make, everybodyDelivers, keyed, withinMs, seed }: ModelRun): Promise<number> {
  let [runs, failed] = [0, false]
  const end = performance.now() + withinMs
  const property = fc.asyncProperty(
    fc.array(COMMANDS, { minLength: 40, maxLength: 200, size: 'max' }),
    async commands => {
      // The first is run whatever it takes, and one that fails is looked at until it is short.
      if (runs > 0 && !failed && performance.now() > end) return
      runs++
      const queue = await make()
      const clock = new FakeClock(START)
      const open = (): ReturnType<QueueUnderTest['open']> => queue.open(clock)
      const processes = [0, 1].map(() => ({ leases: [], leadsUntil: -1 }))
      const world: World = {
        clock,
        queue,
        open,
        keyed,
        processes: await Promise.all(processes.map(async each => ({ ...each, store: await open() }))),
      }
      const model = new Reference(everybodyDelivers)
      try {
        await lead(0)(model, world)
        for (const { step } of commands) await step(model, world)
        for (const each of [0, 1]) await look(each)(model, world)
      } catch (error) {
        failed = true
        throw error
      } finally {
        for (const { store } of world.processes) await store.close()
        await queue.remove()
      }
    },
  )
  await fc.assert(property, {
    numRuns: MOST_RUNS,
    interruptAfterTimeLimit: Math.max(LEAST_MS, 2 * withinMs),
    markInterruptAsFailure: false,
    ...(seed !== undefined && { seed }),
  })
  return runs
}
