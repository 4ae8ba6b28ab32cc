/** Units of the tables, and how much more than usual is taken of who is known. */
import type { Range } from './behaviour.ts'

export const MINUTE = 60_000
export const HOUR: number = 60 * MINUTE
export const DAY: number = 24 * HOUR
/** Google warns of doubling at once; practitioners raise by half. */
export const GROWTH: Range = [1.5, 2.5]
