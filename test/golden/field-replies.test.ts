import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FIELD_REPLIES, isGone, judgeFieldReply, mayBeGone } from './field-replies.ts'

const judged = FIELD_REPLIES.map(judgeFieldReply)

test('of replies as servers word them, 96 of 100 are given a reason that a reader accepts', t => {
  const wrong = judged.filter(({ accepted, code }) => !accepted.includes(code))
  for (const { code, text } of wrong) t.diagnostic(`${code}: ${text}`)
  assert.ok(judged.length > 500)
  assert.ok(wrong.length / judged.length < 0.04, `${wrong.length} of ${judged.length}`)
})

test('no address is suppressed that may live', () => {
  assert.deepEqual(
    judged.filter(one => one.suppressed && !mayBeGone(one)).map(({ text }) => text),
    [],
  )
})

test('of addresses that are gone, 95 of 100 are suppressed', t => {
  const gone = judged.filter(isGone)
  const missed = gone.filter(({ suppressed }) => !suppressed)
  for (const { code, text } of missed) t.diagnostic(`${code}: ${text}`)
  assert.ok(gone.length > 100)
  assert.ok(missed.length / gone.length < 0.05, `${missed.length} of ${gone.length}`)
})
