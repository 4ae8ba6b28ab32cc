/**
 * Clock: the time as the browser has it, and how it is waited for.
 */
export const now = (): number => Date.now()

/** @returns what stops it */
export function every(ms: number, call: () => void): () => void {
  const timer = setInterval(call, ms)
  return () => clearInterval(timer)
}

/** @returns what stops it */
export function later(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, ms)
  return () => clearTimeout(timer)
}
