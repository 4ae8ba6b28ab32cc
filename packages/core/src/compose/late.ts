/**
 * Late: what composes drafts, loaded by the first. A relay is handed ready messages. What renders notices is not late: a bounce
 * must not fail because a file is gone by then.
 */
import type { compose as composing } from './compose.ts'

export const compose: typeof composing = async (...given) => (await import('./compose.ts')).compose(...given)
