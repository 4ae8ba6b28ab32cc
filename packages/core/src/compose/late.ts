/**
 * Late: what writes messages, loaded when the first is written. A relay is handed ready ones, and most never write a notice.
 *
 * Not here: how they are written (compose.ts, notice.ts).
 */
import type { compose as composing } from './compose.ts'
import type { renderNotice as rendering } from './notice.ts'

export const compose: typeof composing = async (...given) => (await import('./compose.ts')).compose(...given)

export const renderNotice: typeof rendering = async (...given) => (await import('./notice.ts')).renderNotice(...given)
