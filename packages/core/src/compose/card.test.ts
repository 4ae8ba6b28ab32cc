import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { cardOf } from './card.ts'
import { inspect } from './inspect.ts'

const card = (...lines: readonly string[]) => cardOf(inspect(Buffer.from(`${lines.join('\r\n')}\r\n\r\nbody\r\n`)))

test('a card has subject, From, To and Cc as readers see them, unfolded and decoded', () => {
  assert.deepEqual(
    card(
      'Received: from nowhere',
      'From: =?utf-8?q?J=C3=BCrgen?= <j@a.example>',
      'Subject: Your',
      ' order',
      'To: you@b.example,',
      '\tother@c.example',
      'Cc: boss@b.example',
      'Subject: another',
    ),
    {
      from: 'Jürgen <j@a.example>',
      subject: 'Your order',
      to: 'you@b.example,\tother@c.example'.replace('\t', ' '),
      cc: 'boss@b.example',
    },
  )
})

test('a card has nothing of what is not there, or empty', () => {
  assert.deepEqual(card('From: a@a.example', 'Subject: '), { from: 'a@a.example' })
})

test('a card is bounded, and never cut within a character', () => {
  const many = Array.from({ length: 5_000 }, (_, at) => `reader${at}@b.example`).join(',\r\n ')
  const { subject, to } = card('From: a@a.example', `Subject: ${'x'.repeat(198)}😀😀`, `To: ${many}`)
  assert.equal(subject, `${'x'.repeat(198)}…`)
  assert.equal(to?.length, 500)
  assert.match(String(to), /^reader0@b\.example, reader1@b\.example.*…$/)
})

test('a subject in encoded words is bounded as one in plain text is', () => {
  const word = `=?utf-8?B?${Buffer.from('验证码验证码验证').toString('base64')}?=`
  const { subject } = card('From: a@a.example', `Subject: ${Array(60).fill(word).join('\r\n ')}`)
  assert.equal(subject, `${'验证码验证码验证'.repeat(25).slice(0, 199)}…`)
})

test('what a terminal would obey is not on a card', () => {
  assert.equal(card('From: a@a.example', 'Subject: =?utf-8?q?a=1B=00=0Ab?=').subject, 'a b')
})
