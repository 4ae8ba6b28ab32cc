/**
 * TestRanges: the special-purpose ranges as a test has them, whose internet is made of documentation addresses (RFC 5737, RFC 3849).
 */
import { SPECIAL_RANGES, type SpecialRange } from '../ambient/special-ranges.ts'

export const TEST_RANGES: readonly SpecialRange[] = SPECIAL_RANGES.filter(({ documentation }) => !documentation)
