/**
 * Late: what composes drafts, loaded by the first. A relay is handed ready messages. What renders notices is not late: a bounce
 * must not fail because a file is gone by then.
 */
import type { compose as composing } from './compose.ts'

const memory: { loaded?: typeof import('./compose.ts') } = {}

export const compose: typeof composing = async (...given) => {
  // Asking Node for it again would cost each message ten microseconds.
  memory.loaded ??= await import('./compose.ts')
  return memory.loaded.compose(...given)
}
