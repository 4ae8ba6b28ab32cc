import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTranscript } from './transcript.ts'

test('a transcript shows who said what, in order', () => {
  const transcript = createTranscript()
  transcript.server('220 mx.example ESMTP')
  transcript.client('EHLO out.example\r\n')
  transcript.server(Buffer.from('250-mx.example\r\n250 PIPELINING\r\n'))
  assert.deepEqual(transcript.lines(), [
    'S: 220 mx.example ESMTP',
    'C: EHLO out.example',
    'S: 250-mx.example',
    'S: 250 PIPELINING',
  ])
})

test('older lines fall out, and the transcript says how many', () => {
  const transcript = createTranscript({ maxLines: 2 })
  for (const line of ['A1', 'A2', 'A3', 'A4', 'A5']) transcript.client(line)
  assert.deepEqual(transcript.lines(), ['(3 earlier lines)', 'C: A4', 'C: A5'])
})

test('a long line is cut', () => {
  const transcript = createTranscript({ maxLineLength: 5 })
  transcript.server('250 1234567890')
  assert.deepEqual(transcript.lines(), ['S: 250 1…'])
})

test('the arguments of AUTH are never kept (RFC 4954 §4)', () => {
  const transcript = createTranscript()
  transcript.client('AUTH PLAIN AGpvZQBzZWNyZXQ=\r\n')
  transcript.server('235 ok')
  transcript.client('MAIL FROM:<joe@example.org>')
  assert.deepEqual(transcript.lines(), ['C: AUTH PLAIN ****', 'S: 235 ok', 'C: MAIL FROM:<joe@example.org>'])
})

test('whatever the client says between AUTH and its end is never kept', () => {
  const transcript = createTranscript()
  transcript.client('auth login')
  transcript.server('334 VXNlcm5hbWU6')
  transcript.client('am9l')
  transcript.server('334 UGFzc3dvcmQ6')
  transcript.client(Buffer.from('c2VjcmV0'))
  transcript.server('535 5.7.8 no')
  transcript.client('QUIT')
  assert.deepEqual(transcript.lines(), [
    'C: auth login',
    'S: 334 VXNlcm5hbWU6',
    'C: ****',
    'S: 334 UGFzc3dvcmQ6',
    'C: ****',
    'S: 535 5.7.8 no',
    'C: QUIT',
  ])
})

test('a 334 that comes in pieces does not end the login', () => {
  for (const pieces of [
    ['33', '4 UGFzc3dvcmQ6\r\n'],
    ['334 UGFz', 'c3dvcmQ6\r\n'],
    ['334-a\r\n', '334 UGFzc3dvcmQ6\r\n'],
  ]) {
    const transcript = createTranscript()
    transcript.client('AUTH LOGIN\r\n')
    for (const piece of pieces) transcript.server(Buffer.from(piece))
    transcript.client('c2VjcmV0\r\n')
    transcript.server('235 2.7.0 welcome\r\n')
    transcript.client('MAIL FROM:<a@example.com>\r\n')
    const lines = transcript.lines().join('\n')
    assert.doesNotMatch(lines, /c2VjcmV0/)
    assert.match(lines, /C: MAIL FROM/)
  }
})

test('AUTH as the last command of a group is treated the same (RFC 2920 §3.1)', () => {
  const transcript = createTranscript()
  transcript.client('EHLO x\r\nAUTH PLAIN c2VjcmV0\r\n')
  transcript.client('bW9yZQ==')
  assert.deepEqual(transcript.lines(), ['C: EHLO x', 'C: AUTH PLAIN ****', 'C: ****'])
})

test('control characters of the other side do not reach the terminal', () => {
  const transcript = createTranscript()
  transcript.server('250 \x1b[31mred\x07')
  assert.deepEqual(transcript.lines(), ['S: 250 ?[31mred?'])
})

test('clear forgets what was said before', () => {
  const transcript = createTranscript({ maxLines: 2 })
  for (const line of ['1', '2', '3']) transcript.server(line)
  transcript.clear()
  transcript.client('MAIL')
  assert.deepEqual(transcript.lines(), ['C: MAIL'])
})

test('whatever is said, a transcript stays within its bounds', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.string({ unit: 'binary', maxLength: 80 }))), said => {
      const transcript = createTranscript({ maxLines: 7, maxLineLength: 20 })
      for (const [client, line] of said) transcript[client ? 'client' : 'server'](line)
      const lines = transcript.lines()
      assert.ok(lines.length <= 8)
      for (const line of lines) assert.ok(line.length <= 3 + 20 + 1 || line.endsWith('earlier lines)'))
    }),
  )
})
