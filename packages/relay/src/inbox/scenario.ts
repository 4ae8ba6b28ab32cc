/**
 * Scenario: what becomes of captured mail, by recipient or tag. The first that fits counts; where none does, it is delivered.
 */

import type { Capture } from '@postrider/core'
import { type Played, printAddress } from '@postrider/core'
import { covers, hasTag } from './pattern.ts'

export interface Scenario {
  /** `*@slow.example`; by default every recipient. */
  readonly to?: string | undefined
  /** `name`, or `name=value`. */
  readonly tag?: string | undefined
  readonly outcome: Played['outcome']
  readonly code?: number | undefined
  readonly times?: number | undefined
  readonly ms?: number | undefined
}

type Asked = Parameters<Capture['outcomeOf']>

const DELIVERED: Played = { outcome: 'delivered' }

export function outcomeBy(scenarios: readonly Scenario[], ...[recipient, { tags }]: Asked): Played {
  const address = printAddress(recipient.address)
  const found = scenarios.find(
    ({ to, tag }) => (to === undefined || covers(to, address)) && (tag === undefined || hasTag(tags, tag)),
  )
  if (found === undefined) return DELIVERED
  const { outcome, code, times, ms } = found
  return {
    outcome,
    ...(code !== undefined && { code }),
    ...(times !== undefined && { times }),
    ...(ms !== undefined && { ms }),
  }
}
