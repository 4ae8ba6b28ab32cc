/**
 * Nearest: the known word that a typing mistake may have meant.
 */

/** Undefined where no word is near enough. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const typed = word.toLowerCase().slice(0, 100)
  let best: string | undefined
  let least = Math.max(2, Math.floor(typed.length / 3)) + 1
  for (const candidate of known) {
    const other = candidate.toLowerCase()
    // A word broken off is as near as one wrong letter.
    const begins = typed.length > 2 && other.startsWith(typed)
    const distance = begins ? 1 : editDistance(typed, other)
    if (distance < least) {
      least = distance
      best = candidate
    }
  }
  return best
}

/** Letters inserted, left out, replaced or swapped with their neighbour (Damerau). */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const next = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let cost = Math.min(last[column]! + 1, next[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1))
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) cost = Math.min(cost, before[column - 2]! + 1)
      next.push(cost)
    }
    before = last
    last = next
  }
  return last[b.length]!
}
