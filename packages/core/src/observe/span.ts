/** Span: a length of time in words. */
import { say } from '../language/story.ts'

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const

/** `4 h 12 min`: the two largest units. */
export function span(ms: number): string {
  if (ms < 1000) return say('unit.ms', { count: Math.max(0, Math.round(ms)) })
  const parts: string[] = []
  let rest = ms
  for (const [unit, name] of UNITS) {
    const count = Math.floor(rest / unit)
    if (count > 0) parts.push(say(`unit.${name}`, { count }))
    rest -= count * unit
  }
  return parts.slice(0, 2).join(' ')
}
