/**
 * Table: cells for people: columns as wide as their widest cell, the last one free to run on, or to go on below itself on a terminal.
 */

import { padTo, widthOf } from '../language/width.ts'
import { word } from '../language/words.ts'
import { hang } from './hang.ts'
import type { Terminal } from './human.ts'

const NOBODY: Terminal = { interactive: false, write: () => {} }

/** @param terminal where the last column is broken to fit; without one it is not */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  terminal: Terminal = NOBODY,
): string {
  const widths = head.map((title, column) => Math.max(widthOf(title), ...rows.map(row => widthOf(row[column] ?? ''))))
  const last = head.length - 1
  const indent = widths.slice(0, last).reduce((sum, width) => sum + width + 2, 0)
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === last ? hang(cell, indent, terminal) : padTo(cell, widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  return [line(head), ...rows.map(line)].join('\n')
}

/** `3 s`, `4 min`, `2 h`, `5 d`: a duration to one unit. */
export function duration(ms: number): string {
  if (ms < 1000) return word('duration.ms', { time: Math.round(ms) })
  if (ms < 60_000) return word('duration.s', { time: (ms / 1000).toFixed(ms < 10_000 ? 1 : 0) })
  if (ms < 3_600_000) return word('duration.min', { time: Math.round(ms / 60_000) })
  if (ms < 172_800_000) return word('duration.h', { time: Math.round(ms / 3_600_000) })
  return word('duration.d', { time: Math.round(ms / 86_400_000) })
}

/** `2026-03-01 12:00:05Z` */
export function moment(at: number): string {
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z')
}
