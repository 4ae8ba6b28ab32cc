import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAILURE_CODES } from '../language/failures.ts'
import { findRule, REPLY_RULES } from './reply-rules.ts'
import { SAYS, wordsOf } from './wording/index.ts'

test('every 4yz and 5yz finds a row, and nothing else does', () => {
  for (let code = 100; code < 700; code++) {
    const rule = findRule({ code, enhanced: undefined, stage: 'rcpt', text: '', words: wordsOf('') }, 'mx.example.com')
    assert.equal(rule !== undefined, code >= 400 && code <= 599, String(code))
  }
})

test('no pattern takes long on a hostile text', () => {
  // What is compiled on first use is not what is measured.
  for (const text of ['nothing', 'ничего', '無'])
    for (const what of SAYS) for (let times = 0; times < 3; times++) wordsOf(`${text} ${'a'.repeat(times)}`).says(what)
  const hostile = [
    'user пользователь '.repeat(100),
    'mail exceeds message '.repeat(60),
    'your ip is not '.repeat(80),
    'sender not your user no such '.repeat(40),
    'a@'.repeat(1000),
    '-'.repeat(2000),
    '1.'.repeat(1000),
    'a '.repeat(1000),
    'user '.repeat(400),
    `${'mailbox '.repeat(250)}!`,
    '@'.repeat(2000),
    ' '.repeat(2000),
  ]
  for (const text of hostile) {
    const before = process.threadCpuUsage()
    for (const rule of REPLY_RULES) rule.text?.test(text)
    const words = wordsOf(text)
    for (const what of SAYS) words.says(what)
    const { user } = process.threadCpuUsage(before)
    assert.ok(user / 1000 < 250, JSON.stringify(text.slice(0, 20)))
  }
})

test('every failure code but those of the queue and of losses is reached by some row', () => {
  const reached = new Set(REPLY_RULES.map(({ code }) => code))
  const elsewhere = ['complained', 'dns-trouble', 'host-unreachable', 'delivery-uncertain', 'expired', 'suppressed']
  const missing = Object.keys(FAILURE_CODES).filter(code => !reached.has(code as keyof typeof FAILURE_CODES))
  assert.deepEqual(missing.sort(), elsewhere.sort())
})

test('no pattern is sticky or global: such a one would remember its last match', () => {
  for (const { id, text } of REPLY_RULES) assert.ok(!text || !/[gy]/.test(text.flags), id)
})

test('there are at most 380 rows: one says why, and not which phrase', () => {
  assert.ok(REPLY_RULES.length <= 380, String(REPLY_RULES.length))
})
