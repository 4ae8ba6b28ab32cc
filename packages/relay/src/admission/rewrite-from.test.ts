import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { read } from './raw-message.fixture.ts'
import { rewriteFrom } from './rewrite-from.ts'

const rewritten = async (text: string): Promise<string> => rewriteFrom(await read(text), 'bob@abc.mail').toString()

suite('rewriteFrom', () => {
  test('the name stays, the address changes, answers go to the author, Sender goes', async () => {
    const text = await rewritten(
      'Subject: x\r\nFrom: "Eve, of Bank" <eve@bank.example>\r\nSender: x@bank.example\r\nTo: y@z.example\r\n\r\nhello\r\n',
    )
    assert.match(text, /^From: "Eve, of Bank" <bob@abc\.mail>\r\nReply-To: eve@bank\.example\r\n/)
    assert.match(text, /\r\nSubject: x\r\nTo: y@z\.example\r\n[\s\S]*\r\n\r\nhello\r\n$/)
    assert.doesNotMatch(text, /Sender:|<eve@/)
  })
  test('a Reply-To that is there stays alone', async () => {
    const text = await rewritten('From: eve@bank.example\r\nReply-To: board@abc.mail\r\n\r\nx')
    assert.equal(text.match(/Reply-To:/g)?.length, 1)
    assert.match(text, /^From: <bob@abc\.mail>\r\n/)
  })
  test('an empty Reply-To, as forums write it, is none', async () => {
    const text = await rewritten('From: eve@bank.example\r\nReply-To: \r\nX-A: b\r\n\r\nx')
    assert.deepEqual(text.match(/Reply-To:.*/g), ['Reply-To: eve@bank.example'])
  })
  test('every author of a list gets the answers, on lines that are short enough', async () => {
    const many = Array.from({ length: 100 }, (_, index) => `author-with-a-long-name-${index}@bank.example`)
    const text = await rewritten(`From: ${many.join(', ')}\r\n\r\nx`)
    assert.ok(text.split('\r\n').every(line => line.length < 998))
    const [, authors] = /^From: <bob@abc\.mail>\r\nReply-To: ((?:.*\r\n )*.*)\r\n/.exec(text) ?? []
    assert.deepEqual(authors?.split(',\r\n '), many)
  })
  const names: readonly [string, string][] = [
    ['Eve <eve@bank.example>', 'Eve '],
    ['=?utf-8?q?=E5=A4=8F?= <eve@bank.example>', '=?utf-8?q?=E5=A4=8F?= '],
    ['Eve\r\n of\tBank\r\n <eve@bank.example>', 'Eve of\tBank '],
    ['"a \\" <x@y.example>, b" <eve@bank.example>', '"a \\" <x@y.example>, b" '],
    // None that could be told from its address.
    ['eve@bank.example', ''],
    ['<eve@bank.example>', ''],
    ['(a <b> c) <eve@bank.example>', ''],
    ['eve@bank.example, Bob <bob@abc.mail>', ''],
    ['Friends: Eve <eve@bank.example>;', ''],
    ['"Eve" of Bank <eve@bank.example>', ''],
    [`${'x'.repeat(501)} <eve@bank.example>`, ''],
  ]
  for (const [given, name] of names) {
    test(`the name in ${JSON.stringify(given.slice(0, 50))} is ${JSON.stringify(name)}`, async () => {
      const text = await rewritten(`From: ${given}\r\n\r\nx`)
      assert.equal(text.slice(0, text.indexOf('\r\n')), `From: ${name}<bob@abc.mail>`)
    })
  }
  test('the octets of a name stay, whatever their charset', async () => {
    const gbk = Buffer.from([0xcf, 0xc4])
    const message = await read(Buffer.concat([Buffer.from('From: '), gbk, Buffer.from(' <e@bank.example>\r\n\r\nx')]))
    const bytes = rewriteFrom(message, 'bob@abc.mail')
    assert.ok(bytes.includes(Buffer.concat([Buffer.from('From: '), gbk, Buffer.from(' <bob@abc.mail>\r\n')])))
  })
})
