/**
 * SMTP smuggling: no sequence but CRLF.CRLF ends a message on the wire, and what goes out cannot be taken for two messages.
 */
import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { startThroughRelay } from '../testing/through.ts'

const FROM = 'board@abc.mail'
const TO = 'user@dest.example'

const SEQUENCES = {
  'LF.LF': '\n.\n',
  'LF.CRLF': '\n.\r\n',
  'CRLF.LF': '\r\n.\n',
  'CR.CR': '\r.\r',
  'CRLF.CR': '\r\n.\r',
  'CR.CRLF': '\r.\r\n',
  'CR.LF': '\r.\n',
  'LF.CR': '\n.\r',
  'CRLF.CRCRLF': '\r\n.\r\r\n',
  'CRCRLF.CRLF without the CRLF': '\r\r\n.\r',
} as const

const it = await startThroughRelay()
after(() => it[Symbol.asyncDispose]())

suite('smuggling', () => {
  for (const [name, sequence] of Object.entries(SEQUENCES)) {
    for (const split of ['in one packet', 'cut after every octet'] as const) {
      test(`${name} ${split} is content of one message`, async () => {
        const before = it.mx.messages.length
        using client = await it.login()
        await client.askAll(`MAIL FROM:<${FROM}>`, `RCPT TO:<${TO}>`, 'DATA')
        const smuggled = `MAIL FROM:<${FROM}>\r\nRCPT TO:<victim@dest.example>\r\nDATA\r\nFrom: ${FROM}\r\n\r\nsmuggled`
        client.send(`From: ${FROM}\r\nSubject: outer\r\n\r\nouter`)
        if (split === 'in one packet') client.send(`${sequence}${smuggled}\r\n.\r\n`)
        else {
          for (const octet of sequence) {
            client.send(octet)
            await new Promise(resolve => setImmediate(resolve))
          }
          client.send(`${smuggled}\r\n.\r\n`)
        }
        assert.match(await client.reply(), /^250 /)
        assert.match(await client.ask('NOOP'), /^250 /)
        const [message, ...more] = (await it.mx.waitFor(before + 1)).slice(before)
        assert.deepEqual(more, [])
        assert.deepEqual(
          message?.recipients.map(recipient => recipient.address),
          [TO],
        )
        const content = message?.content.toString('latin1') ?? ''
        assert.ok(content.includes('smuggled'))
        // What left has CRLF and nothing else, so that no server after us sees another end than ours.
        assert.doesNotMatch(content, /\r(?!\n)|(?<!\r)\n/)
        assert.deepEqual(it.mx.faults, [])
      })
    }
  }
  test('the real end is found when it is cut anywhere', async () => {
    const before = it.mx.messages.length
    using client = await it.login()
    for (const cut of [1, 2, 3, 4]) {
      await client.askAll(`MAIL FROM:<${FROM}>`, `RCPT TO:<${TO}>`, 'DATA')
      client.send(`From: ${FROM}\r\n\r\nhello${'\r\n.\r\n'.slice(0, cut)}`)
      await new Promise(resolve => setImmediate(resolve))
      client.send('\r\n.\r\n'.slice(cut))
      assert.match(await client.reply(), /^250 /, `cut after ${cut}`)
    }
    const messages = (await it.mx.waitFor(before + 4)).slice(before)
    assert.ok(messages.every(message => message.content.toString().endsWith('\r\n\r\nhello\r\n')))
  })
})
