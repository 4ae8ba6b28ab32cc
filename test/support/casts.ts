/**
 * Casts: `as unknown as`, where the compiler believes us. How many there may be only falls.
 */
import { lineAt, type Source } from './source.ts'

/** The most there may be below a folder. Lower a number when there are fewer. */
export const MOST_CASTS: Readonly<Record<string, number>> = {
  'packages/core/src/queue/sqlite/': 0,
  'packages/': 10,
  '': 12,
}

export function casts(sources: readonly Source[], most: Readonly<Record<string, number>>): string[] {
  return Object.entries(most).flatMap(([folder, limit]) => {
    const found = sources.filter(({ path }) => path.startsWith(folder)).flatMap(castsOf)
    if (found.length <= limit) return []
    const where = folder === '' ? 'The repository' : folder
    return [
      `${where} may have ${limit} "as unknown as": ${found.join(', ')}. Declare the type where the value comes from.`,
    ]
  })
}

function castsOf({ path, code }: Source): string[] {
  return [...code.matchAll(/\bas\s+unknown\s+as\b/g)].map(({ index }) => `${path}:${lineAt(code, index)}`)
}
