/** When to send, in words. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readMoment } from './moment.ts'

/** A Wednesday, in summer time on both sides of the Atlantic. */
const NOW = Date.parse('2026-07-15T10:00:00Z')

const READ: readonly (readonly [text: string, at: string])[] = [
  ['2026-08-01T09:30:00Z', '2026-08-01T09:30:00Z'],
  ['2026-08-01T09:30:00.123Z', '2026-08-01T09:30:00.123Z'],
  ['2026-08-01T09:30:00+02:00', '2026-08-01T07:30:00Z'],
  ['2026-08-01 09:30:00.540771+00', '2026-08-01T09:30:00.540Z'],
  ['2026-08-01T09:30', '2026-08-01T09:30:00Z'],
  ['2026-08-01', '2026-08-01T00:00:00Z'],
  ['in 1 min', '2026-07-15T10:01:00Z'],
  ['In 10 Minutes', '2026-07-15T10:10:00Z'],
  ['in an hour', '2026-07-15T11:00:00Z'],
  ['in 2 days', '2026-07-17T10:00:00Z'],
  ['in 1 week', '2026-07-22T10:00:00Z'],
  ['tomorrow at 9am', '2026-07-16T09:00:00Z'],
  ['tomorrow at noon', '2026-07-16T12:00:00Z'],
  ['today at 23:15', '2026-07-15T23:15:00Z'],
  ['Friday at 3pm ET', '2026-07-17T19:00:00Z'],
  ['friday at 3:30 p.m. America/Los_Angeles', '2026-07-17T22:30:00Z'],
  ['Wednesday at 9am', '2026-07-22T09:00:00Z'],
  ['Wednesday at 11am', '2026-07-15T11:00:00Z'],
  ['next Wednesday at 11am', '2026-07-22T11:00:00Z'],
  ['on Monday at 8am Europe/Berlin', '2026-07-20T06:00:00Z'],
  ['tomorrow at 12am', '2026-07-16T00:00:00Z'],
]

test('a moment is read in ISO 8601 and in the words that people use', () => {
  for (const [text, at] of READ) assert.equal(readMoment(text, NOW), Date.parse(at), text)
})

test('an hour in a zone is that of its own day, on both sides of a change of the clock', () => {
  const before = Date.parse('2026-10-24T12:00:00Z')
  assert.equal(readMoment('tomorrow at 9am Europe/Berlin', before), Date.parse('2026-10-25T08:00:00Z'))
  assert.equal(readMoment('today at 9pm Europe/Berlin', before), Date.parse('2026-10-24T19:00:00Z'))
})

test('what is not clear is not guessed', () => {
  const unclear = [
    '',
    'now',
    'soon',
    'tomorrow',
    'tomorrow at 9',
    'Friday',
    'in 5',
    'in 5 fortnights',
    'at 9am',
    '9am',
    'yesterday at 9am',
  ]
  const wrong = [
    '2026-13-01',
    '2026-02-30T25:00:00Z',
    '2026-02-30T09:00:00Z',
    '2026-02-29',
    'tomorrow at 13pm',
    'tomorrow at 25:00',
    'tomorrow at 9am Mars/Phobos',
    'someday at 9am',
    '1700000000',
  ]
  for (const text of [...unclear, ...wrong]) assert.equal(readMoment(text, NOW), undefined, text)
})

test('whatever is written, the answer is a moment or none', () => {
  const word = fc.constantFrom(
    'in',
    'an',
    '5',
    'min',
    'tomorrow',
    'next',
    'friday',
    'at',
    '3pm',
    '25:61',
    'ET',
    'x/y',
    '+',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word).map(words => words.join(' ')),
      ),
      text => {
        const at = readMoment(text, NOW)
        assert.ok(at === undefined || Number.isFinite(at), text)
      },
    ),
  )
})

test('a zone that is called as every object has it is none', () => {
  for (const name of ['constructor', 'toString', '__proto__'])
    assert.equal(readMoment(`tomorrow at 9am ${name}`, NOW), undefined, name)
})
