import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { parseCommand, parsePath } from './command.ts'

suite('parseCommand', () => {
  test('the verb counts in any case, white space around arguments does not', () => {
    assert.deepEqual(parseCommand('mail FROM:<a@b> '), { verb: 'MAIL', rest: 'FROM:<a@b>' })
    assert.deepEqual(parseCommand('quit '), { verb: 'QUIT', rest: '' })
    assert.deepEqual(parseCommand(''), { verb: '', rest: '' })
  })
  test('a control character makes a line no command', () => {
    for (const character of ['\0', '\x07', '\r', '\x1b', '\x7f'])
      assert.equal(parseCommand(`NOOP ${character}`), undefined)
  })
})

suite('parsePath', () => {
  const path = (rest: string): string | undefined => parsePath(rest, 'FROM')?.path

  test('a space after the colon is taken (Discuz!, SMF)', () => {
    assert.equal(path('FROM: <a@b.example>'), 'a@b.example')
    assert.equal(path('from:<a@b.example>'), 'a@b.example')
  })
  test('angle brackets may be missing, the address may not', () => {
    assert.equal(path('FROM:a@b.example'), 'a@b.example')
    assert.equal(path('FROM:'), undefined)
    assert.equal(path('FROM:<>'), '')
  })
  test('a source route is ignored (RFC 5321 appendix C)', () => {
    assert.equal(path('FROM:<@one.example,@two.example:a@b.example>'), 'a@b.example')
  })
  test('a closing bracket inside quotes does not close', () => {
    assert.equal(path('FROM:<"a>b"@c.example>'), '"a>b"@c.example')
    assert.equal(path('FROM:<"a\\">b"@c.example>'), '"a\\">b"@c.example')
    assert.equal(path('FROM:<"a>'), undefined)
  })
  test('parameters are read in upper case, and twice the same is refused', () => {
    const parameters = parsePath('FROM:<a@b> size=10 BODY=8BITMIME SMTPUTF8', 'FROM')?.parameters
    assert.deepEqual(
      [...(parameters ?? [])],
      [
        ['SIZE', '10'],
        ['BODY', '8BITMIME'],
        ['SMTPUTF8', ''],
      ],
    )
    assert.equal(parsePath('FROM:<a@b> SIZE=1 size=2', 'FROM'), undefined)
    assert.equal(parsePath('FROM:<a@b> =x', 'FROM'), undefined)
    assert.equal(parsePath('FROM:<a@b>SIZE=1', 'FROM'), undefined)
  })
  test('the keyword must be the right one, with its colon', () => {
    assert.equal(parsePath('TO:<a@b>', 'FROM'), undefined)
    assert.equal(parsePath('FROM <a@b>', 'FROM'), undefined)
  })
  test('never throws, whatever the line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), line => {
        const command = parseCommand(line)
        if (command) parsePath(`FROM:${command.rest}`, 'FROM')
      }),
    )
  })
})
