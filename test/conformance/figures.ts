/**
 * Figures: what was measured last, in figures.json, from where docs/failures.md has it. Written anew with
 * `POSTRIDER_SUITES=… node --conditions=@postrider/source test/conformance/figures.ts`; libsisimai-perl is asked where it is
 * installed, and what it said before is kept where it is not.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Half, type Labelled, labelledReplies } from './corpus.ts'
import { byDigit, type Figures, type Judge, kumo, measure, of, ours } from './measure.ts'
import { sisimai } from './sisimai.ts'

export interface Measured {
  readonly corpus: Labelled['corpus']
  readonly half: Half
  readonly judge: string
  readonly figures: Figures
}

const FILE: string = join(import.meta.dirname, 'figures.json')

export function measuredBefore(): readonly Measured[] {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as readonly Measured[]) : []
}

export function measureAll(): readonly Measured[] {
  const replies = labelledReplies()
  return (['sisimai', 'bounceparser'] as const).flatMap(corpus =>
    (['read', 'unread'] as const).flatMap(half => measureHalf(of(replies, corpus, half), corpus, half)),
  )
}

function measureHalf(replies: readonly Labelled[], corpus: Labelled['corpus'], half: Half): readonly Measured[] {
  const judges: readonly (readonly [name: string, judge: Judge])[] = [
    ['Postrider', ours],
    ['5xx is hard', byDigit],
    ...(corpus === 'sisimai' ? ([['KumoMTA’s rules', kumo()]] as const) : []),
  ]
  return judges.map(([judge, opinion]) => ({ corpus, half, judge, figures: measure(replies, opinion) }))
}

/** The labels of its own corpus are Sisimai's, of a later version. */
function measureSisimai(): readonly Measured[] {
  const replies = labelledReplies()
  return (['read', 'unread'] as const).flatMap(half => {
    const some = of(replies, 'sisimai', half)
    const judge = sisimai(some)
    const name = 'libsisimai 4.25'
    if (judge !== undefined) return [{ corpus: 'sisimai', half, judge: name, figures: measure(some, judge) } as const]
    return measuredBefore().filter(one => one.judge === name && one.half === half)
  })
}

if (import.meta.main) {
  writeFileSync(FILE, `${JSON.stringify([...measureAll(), ...measureSisimai()], undefined, 1)}\n`)
}
