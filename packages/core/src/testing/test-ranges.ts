/**
 * TestRanges: the special-purpose ranges as a test has them, whose internet is made of documentation addresses (RFC 5737, RFC 3849).
 */
import { SPECIAL_RANGES, type SpecialRange } from '../ambient/special-ranges.ts'

/** Special ranges without those of documentation and loopback, so that tests can use their addresses. */
export const TEST_RANGES: readonly SpecialRange[] = SPECIAL_RANGES.filter(({ documentation }) => !documentation)
