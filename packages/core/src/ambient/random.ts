/**
 * Random: chance, handed in. Jitter and the shuffle of equal MX hosts take it as an argument, so that tests can seed it.
 */

/** A number in [0, 1). */
export type Random = () => number

export const systemRandom: Random = Math.random

/** A new array in random order (Fisher-Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items]
  for (let last = result.length - 1; last > 0; last--) {
    const pick = Math.floor(random() * (last + 1))
    const kept = result[last] as T
    result[last] = result[pick] as T
    result[pick] = kept
  }
  return result
}

/** A repeatable sequence (mulberry32) for tests. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
