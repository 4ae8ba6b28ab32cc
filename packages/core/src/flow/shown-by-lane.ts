/**
 * ShownByLane: what each lane is told of an attempt that went over several.
 *
 * Not here: what a lane makes of it (schedule/).
 */
import type { Failure } from '../model/failure.ts'
import type { Lane } from '../model/parcel.ts'
import type { Verdict } from '../model/verdict.ts'
import { better } from '../outcome/index.ts'

export interface ShownByLane {
  readonly lane: Lane
  readonly verdicts: readonly Verdict[]
}

/** Each lane hears what it showed itself. */
export function observeLanes(
  shown: readonly ShownByLane[],
  siteQueues: { observe(lane: Lane, failure?: Failure): void },
): void {
  for (const { lane, verdicts } of joinedByLane(shown)) {
    if (verdicts.length > 0) siteQueues.observe(lane, troubleOf(verdicts))
  }
}

function joinedByLane(shown: readonly ShownByLane[]): readonly ShownByLane[] {
  if (shown.length < 2) return shown
  return [...Map.groupBy(shown, ({ lane }) => lane.source).values()].map(ofLane => {
    const best = new Map<number, Verdict>()
    for (const { verdicts } of ofLane)
      for (const verdict of verdicts) best.set(verdict.recipient, better(best.get(verdict.recipient), verdict))
    return { lane: (ofLane[0] as ShownByLane).lane, verdicts: [...best.values()] }
  })
}

/** A site is in trouble when nobody got further than its door; a refused recipient or message shows that it is well. */
function troubleOf(verdicts: readonly Verdict[]): Failure | undefined {
  let trouble: Failure | undefined
  for (const verdict of verdicts) {
    if (verdict.kind === 'accepted') return undefined
    const { failure } = verdict
    if (failure.scope !== 'host' && failure.scope !== 'domain') return undefined
    trouble = failure
  }
  return trouble
}
