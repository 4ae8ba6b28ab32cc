import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createMailer, type RawMessage } from '@postrider/core'
import { judgeMessage, rewriteFrom } from './message.ts'

/** As the mailer reads it. */
async function read(text: string): Promise<RawMessage> {
  await using mailer = await createMailer(
    { hostname: 'mail.abc.mail', queue: { path: ':memory:' }, preflight: 'off' },
    { deliver: false },
  )
  const seen = Promise.withResolvers<RawMessage>()
  await mailer.accept(Buffer.from(text), { from: null, to: ['a@dest.example'] }, { check: seen.resolve })
  return seen.promise
}

const account = { name: 'bob', senders: ['*@abc.mail'] }
const rules = { account, mostReceived: 50 }

suite('judgeMessage', () => {
  test('an author that the account may use passes', async () => {
    assert.equal(judgeMessage(await read('From: Bob <bob@abc.mail>\r\n\r\nx'), rules), undefined)
  })
  test('a foreign author is refused with what is allowed', async () => {
    const reply = judgeMessage(await read('From: bob@abc.mail, eve@bank.example\r\n\r\nx'), rules)
    assert.ok(typeof reply === 'object')
    assert.equal(reply.code, 550)
    assert.match(reply.text, /<eve@bank\.example> is not allowed .*\*@abc\.mail/)
  })
  test('a trusted network may use every author', async () => {
    assert.equal(
      judgeMessage(await read('From: eve@bank.example\r\n\r\nx'), { ...rules, account: undefined }),
      undefined,
    )
  })
  test('a foreign author is to be replaced where the account says by what', async () => {
    const message = await read('From: eve@bank.example\r\n\r\nx')
    assert.equal(judgeMessage(message, { ...rules, account: { ...account, rewriteFrom: 'bob@abc.mail' } }), 'rewrite')
  })
})

suite('rewriteFrom', () => {
  test('the name stays, the address changes, answers go to the author, Sender goes', async () => {
    const message = await read(
      'Subject: x\r\nFrom: "Eve, of Bank" <eve@bank.example>\r\nSender: x@bank.example\r\nTo: y@z.example\r\n\r\nhello\r\n',
    )
    const text = rewriteFrom(message, 'bob@abc.mail').toString()
    assert.match(text, /^From: "Eve, of Bank" <bob@abc\.mail>\r\nReply-To: eve@bank\.example\r\n/)
    assert.match(text, /\r\nSubject: x\r\nTo: y@z\.example\r\n[\s\S]*\r\n\r\nhello\r\n$/)
    assert.doesNotMatch(text, /Sender:|<eve@/)
  })
  test('a Reply-To that is there stays alone', async () => {
    const message = await read('From: eve@bank.example\r\nReply-To: board@abc.mail\r\n\r\nx')
    const text = rewriteFrom(message, 'bob@abc.mail').toString()
    assert.equal(text.match(/Reply-To:/g)?.length, 1)
    assert.match(text, /^From: <bob@abc\.mail>\r\n/)
  })
})
