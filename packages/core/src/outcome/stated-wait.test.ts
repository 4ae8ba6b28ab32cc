import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DAY, HOUR, MINUTE, SECOND } from './rule.ts'
import { statedWait } from './stated-wait.ts'

const KNOWN: readonly (readonly [string, number | undefined])[] = [
  ['Greylisted, please try again in 300 seconds', 300 * SECOND],
  ['Greylisted for 5 minutes (see http://isg.ee.ethz.ch/tools/postgrey/help)', 5 * MINUTE],
  ['try again after 60s', MINUTE],
  ['Deferred, come back in 2 hours', 2 * HOUR],
  ['Temporarily rejected. Try again in about 10 minutes', 10 * MINUTE],
  ['Greylisting in action, see you in 00:04:55', 4 * MINUTE + 55 * SECOND],
  ['please retry later (900 seconds)', 900 * SECOND],
  ['Please come back in five minutes', 5 * MINUTE],
  ['try again in an hour', HOUR],
  ['try again in half an hour', 30 * MINUTE],
  ['retry after twenty-five minutes', 25 * MINUTE],
  ['Greylisted: try again in a few minutes', undefined],
  ['try again in a few hours and reduce the rate', undefined],
  ['try again in one or two hours', 2 * HOUR],
  ['try again in 5-10 minutes', 10 * MINUTE],
  ['Bitte versuchen Sie es in 10 Minuten erneut', 10 * MINUTE],
  ['Réessayez dans 15 minutes', 15 * MINUTE],
  ['try again later', undefined],
  ['User unknown after 5 minutes of search', undefined],
  ['Try again. Your IP 192.0.2.25 sent 100 messages', undefined],
  ['try again in 0 seconds', undefined],
  ['try again in 999999 hours', DAY],
]

for (const [text, wanted] of KNOWN) {
  test(`"${text}" means ${wanted === undefined ? 'no stated time' : `${wanted / SECOND} s`}`, () => {
    assert.equal(statedWait(text), wanted)
  })
}

test('no text makes us wait less than a moment or more than a day', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), fc.constantFrom('s', 'min', 'hours', 'd', 'x'), (text, amount, unit) => {
      const wait = statedWait(`${text} try again in ${amount} ${unit}`)
      assert.ok(wait === undefined || (wait > 0 && wait <= DAY))
    }),
  )
})
