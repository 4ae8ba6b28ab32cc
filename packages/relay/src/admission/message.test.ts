import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseAddress } from '@postrider/core'
import { judgeMessage } from './message.ts'
import { read } from './raw-message.fixture.ts'

const account = { name: 'bob', senders: ['*@abc.mail'] }
const rewriting = { ...account, rewriteFrom: 'forum@abc.mail' }
const rules = { account, sender: null, mostReceived: 50 }
const address = (text: string) => {
  const parsed = parseAddress(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed
}
const own = address('bob@abc.mail')
const foreign = address('eve@bank.example')

suite('judgeMessage', () => {
  test('an author that the account may use passes', async () => {
    assert.equal(judgeMessage(await read('From: Bob <bob@abc.mail>\r\n\r\nx'), rules), undefined)
  })
  test('a foreign author is refused with what is allowed', async () => {
    const reply = judgeMessage(await read('From: bob@abc.mail, eve@bank.example\r\n\r\nx'), rules)
    assert.ok(reply && 'code' in reply)
    assert.equal(reply.code, 550)
    assert.match(reply.text, /<eve@bank\.example> is not allowed .*\*@abc\.mail/)
  })
  for (const field of ['Sender', 'Resent-From', 'Resent-Sender']) {
    const text = `From: bob@abc.mail\r\n${field}: Eve <eve@bank.example>\r\n\r\nx`
    test(`a foreign ${field} is refused, and left out where the account has an address for what is foreign`, async () => {
      const message = await read(text)
      const reply = judgeMessage(message, rules)
      assert.ok(reply && 'code' in reply)
      assert.deepEqual([reply.code, reply.enhanced], [550, '5.7.1'])
      assert.match(reply.text, /<eve@bank\.example> is not allowed/)
      const other = judgeMessage(message, { ...rules, account: rewriting })
      assert.ok(other && 'raw' in other)
      assert.match(String(other.raw), /^From: bob@abc\.mail\r\n/m)
      assert.doesNotMatch(String(other.raw), /eve/)
    })
  }
  test('a Sender that the account may use passes, and so does an empty one', async () => {
    for (const sender of ['bob@abc.mail', ''])
      assert.equal(judgeMessage(await read(`From: bob@abc.mail\r\nSender: ${sender}\r\n\r\nx`), rules), undefined)
  })
  test('a trusted network may use every author and every reverse-path', async () => {
    const message = await read('From: eve@bank.example\r\n\r\nx')
    assert.equal(judgeMessage(message, { ...rules, account: undefined, sender: foreign }), undefined)
  })
  test('a foreign author is replaced where the account says by what; a reverse-path of its own stays', async () => {
    const message = await read('From: eve@bank.example\r\n\r\nx')
    for (const sender of [own, null]) {
      const other = judgeMessage(message, { ...rules, account: rewriting, sender })
      assert.ok(other && 'raw' in other)
      assert.match(String(other.raw), /^From: <forum@abc\.mail>\r\n/)
      assert.equal(other.from, undefined)
    }
  })
  test('a foreign reverse-path is replaced with the author, and alone where the author may be used', async () => {
    const both = judgeMessage(await read('From: eve@bank.example\r\n\r\nx'), {
      ...rules,
      account: rewriting,
      sender: foreign,
    })
    assert.ok(both && 'raw' in both)
    assert.equal(both.from, 'forum@abc.mail')
    const message = await read('From: bob@abc.mail\r\n\r\nx')
    assert.deepEqual(judgeMessage(message, { ...rules, account: rewriting, sender: foreign }), {
      from: 'forum@abc.mail',
    })
  })
  test('a foreign reverse-path is refused where nothing may take its place', async () => {
    const reply = judgeMessage(await read('From: bob@abc.mail\r\n\r\nx'), { ...rules, sender: foreign })
    assert.ok(reply && 'code' in reply)
    assert.equal(reply.code, 550)
  })
})
