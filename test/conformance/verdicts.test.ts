/**
 * Verdicts: how well our judge does on replies that others have labelled, in both halves, beside "5xx is hard" and
 * KumoMTA's rules. The texts of the unread half are never shown: `POSTRIDER_SHOW=read` shows what is wrong in the other.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Labelled, labelledReplies, SKIP, wordingOf } from './corpus.ts'
import { measureAll, measuredBefore } from './figures.ts'
import { byDigit, type Figures, isPermanent, kumo, measure, of, ours, percent, wantedOf } from './measure.ts'

for (const corpus of ['sisimai', 'bounceparser'] as const) {
  for (const half of ['read', 'unread'] as const) {
    test(`${corpus}, ${half} half: how many verdicts are right`, { skip: SKIP }, t => {
      const replies = of(labelledReplies(), corpus, half)
      assert.ok(replies.length > 20)
      t.diagnostic(`ours: ${sentence(measure(replies, ours))}`)
      t.diagnostic(`5xx is hard: ${sentence(measure(replies, byDigit))}`)
      if (corpus === 'sisimai') t.diagnostic(`KumoMTA: ${sentence(measure(replies, kumo()))}`)
      if (half === 'read' && process.env.POSTRIDER_SHOW === 'read')
        for (const line of wrong(replies)) t.diagnostic(line)
    })
  }
}

test('the figures in docs/failures.md are those that are measured (figures.ts writes them)', { skip: SKIP }, () => {
  assert.deepEqual(
    measureAll(),
    measuredBefore().filter(({ judge }) => !judge.startsWith('libsisimai')),
  )
})

test('a wording stands in one half only', { skip: SKIP }, () => {
  const read = new Set<string>()
  const unread = new Set<string>()
  for (const { line, half } of labelledReplies()) (half === 'read' ? read : unread).add(wordingOf(line))
  assert.equal([...read].filter(wording => unread.has(wording)).length, 0)
  assert.ok(read.size > 80 && unread.size > 80)
})

function sentence(figures: Figures): string {
  const { replies, precision, recall, precisionWhereTold, recallWhereTold, permanence, reason } = figures
  return `${replies} replies; hard: precision ${percent(precision)}, recall ${percent(recall)}; where told: ${percent(precisionWhereTold)}, ${percent(recallWhereTold)}; permanence ${percent(permanence)}; reason ${percent(reason)}`
}

function wrong(replies: readonly Labelled[]): readonly string[] {
  return replies.flatMap(one => {
    const { hard, permanent, sameReason, because } = ours(one)
    const judged = wantedOf(one) !== undefined
    const faults = [
      hard && !one.hard ? 'too hard' : '',
      !hard && one.hard ? 'missed' : '',
      judged && permanent !== isPermanent(one) ? 'permanence' : '',
      judged && !sameReason(one.label) ? 'reason' : '',
    ].filter(Boolean)
    return faults.length === 0 ? [] : [`${faults.join(', ')} (${one.label}; ${because}; ${one.stage}): ${one.line}`]
  })
}
