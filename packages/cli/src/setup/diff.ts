/**
 * Diff: what would change in a file, line by line.
 */
export function lineDiff(before: string, after: string): string {
  const old = linesOf(before)
  const next = linesOf(after)
  const common = lengths(old, next)
  const out: string[] = []
  let i = 0
  let j = 0
  while (i < old.length || j < next.length) {
    if (i < old.length && j < next.length && old[i] === next[j]) {
      out.push(`  ${old[i++]}`)
      j++
    } else if (j >= next.length || (i < old.length && common[i + 1]![j]! >= common[i]![j + 1]!))
      out.push(`- ${old[i++]}`)
    else out.push(`+ ${next[j++]}`)
  }
  return nearChanges(out).join('\n')
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

/** How many lines the rests from (i, j) on have in common. */
function lengths(old: readonly string[], next: readonly string[]): readonly (readonly number[])[] {
  const table = Array.from({ length: old.length + 1 }, () => new Array<number>(next.length + 1).fill(0))
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = next.length - 1; j >= 0; j--) {
      const row = table[i]!
      row[j] = old[i] === next[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, row[j + 1]!)
    }
  }
  return table
}

const CONTEXT = 2

function nearChanges(lines: readonly string[]): readonly string[] {
  const changed = lines.flatMap((line, index) => (line.startsWith('  ') ? [] : [index]))
  return lines.filter((_, index) => changed.some(at => Math.abs(at - index) <= CONTEXT))
}
