import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { isExpected, parseDialogue } from './dialogue.ts'
import { type FakeMx, startFakeMx } from './fake-mx.ts'

/** Sends all lines at once and gives everything that came back until the server hangs up. */
async function say(mx: FakeMx, ...lines: readonly string[]): Promise<string> {
  const socket = connect(mx.port, mx.address)
  let heard = ''
  socket.on('data', chunk => {
    heard += chunk
  })
  socket.write(lines.map(line => `${line}\r\n`).join(''))
  await once(socket, 'close')
  return heard
}

test('it takes a message and keeps it byte for byte, without dot-stuffing', async () => {
  await using mx = await startFakeMx()
  await say(mx, 'EHLO me', 'MAIL FROM:<a@b> SIZE=3', 'RCPT TO:<c@d>', 'DATA', 'x', '..y', '.', 'QUIT')
  const [message] = await mx.waitFor(1)
  assert.equal(message?.content.toString(), 'x\r\n.y\r\n')
  assert.deepEqual(
    [message?.hello, message?.from, message?.fromParameters, message?.recipients],
    ['me', 'a@b', 'SIZE=3', [{ address: 'c@d', parameters: '' }]],
  )
  assert.deepEqual(mx.faults, [])
})

test('an answer replaces the usual reply, and undoes what the command would have done', async () => {
  await using mx = await startFakeMx({
    answer: ({ verb, address }) => (verb === 'RCPT' && address === 'no@d' ? '550 5.1.1 no' : undefined),
  })
  const heard = await say(mx, 'EHLO me', 'MAIL FROM:<>', 'RCPT TO:<no@d>', 'RCPT TO:<yes@d>', 'DATA', '.', 'QUIT')
  assert.match(heard, /550 5\.1\.1 no\r\n250 /)
  assert.deepEqual(mx.messages[0]?.recipients, [{ address: 'yes@d', parameters: '' }])
})

test('commands out of order are refused and kept as faults', async () => {
  await using mx = await startFakeMx()
  assert.match(await say(mx, 'MAIL FROM:<a@b>', 'NONSENSE', 'QUIT'), /503 .*\r\n500 /)
  assert.equal(mx.faults.length, 2)
})

test('close and reset break off where they are asked for', async () => {
  await using mx = await startFakeMx({ answer: ({ verb }) => (verb === 'EHLO' ? 'close' : undefined) })
  assert.match(await say(mx, 'EHLO me'), /^220 [^\n]*\n$/)
})

test('a client that does not follow the dialogue is told so, and it is a fault', async () => {
  await using mx = await startFakeMx({ dialogues: ['S: 220 hi\nC: EHLO *\nS: 250 hi\n'] })
  assert.match(await say(mx, 'HELO me'), /554/)
  assert.deepEqual(mx.faults, ['expected "EHLO *", heard "HELO me"'])
})

test('in a dialogue, lines of the server in a row are one step, and notes are kept', () => {
  const { notes, steps } = parseDialogue(
    '# About this.\n# key: some value\nS: 250-a\nS: 250 b\nC: (message)\n-- close\n',
  )
  assert.deepEqual([...notes], [['key', 'some value']])
  assert.deepEqual(steps, [{ kind: 'say', text: '250-a\r\n250 b\r\n' }, { kind: 'message' }, { kind: 'close' }])
})

test('a line that a dialogue does not know is refused', () => {
  assert.throws(() => parseDialogue('X: 1'), /line 1/)
  assert.throws(() => parseDialogue('-- dance'), /dance/)
})

test('a star stands for anything, and nothing else is special', () => {
  assert.ok(isExpected('MAIL FROM:<*> SIZE=*', 'MAIL FROM:<a@b> SIZE=10'))
  assert.ok(!isExpected('MAIL FROM:<a.b>', 'MAIL FROM:<axb>'))
  assert.ok(!isExpected('EHLO a', 'EHLO ab'))
})
