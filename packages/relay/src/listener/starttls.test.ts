import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { connectRaw, plain } from '../testing/raw-client.ts'
import { PASSWORD, startTestRelay, USER } from '../testing/test-relay.ts'

const FROM = 'board@abc.mail'

suite('STARTTLS', () => {
  test('login is refused before it and offered after it', async () => {
    await using it = await startTestRelay()
    using client = await it.connect({ port: it.starttls })
    const before = await client.ask('EHLO x')
    assert.match(before, /STARTTLS/)
    assert.doesNotMatch(before, /AUTH|REQUIRETLS/)
    assert.match(await client.ask(`AUTH PLAIN ${plain(USER, PASSWORD)}`), /^538 5\.7\.11 /)
    assert.match(await client.ask(`MAIL FROM:<${FROM}>`), /^530 5\.7\.0 .*STARTTLS/)
    assert.match(await client.ask('STARTTLS'), /^220 /)
    await client.startTls()
    const after = await client.ask('EHLO x')
    assert.doesNotMatch(after, /STARTTLS/)
    assert.match(after, /AUTH PLAIN LOGIN[\s\S]*REQUIRETLS/)
    assert.match(await client.ask(`AUTH PLAIN ${plain(USER, PASSWORD)}`), /^235 /)
  })
  test('nothing that was said before TLS survives it (RFC 3207 §4.2)', async () => {
    await using it = await startTestRelay({ relay: { listen: ['127.0.0.1:0/starttls/plain'] } })
    using client = await it.connect()
    await client.ask('EHLO x')
    assert.match(await client.ask(`AUTH PLAIN ${plain(USER, PASSWORD)}`), /^235 /)
    assert.match(await client.ask(`MAIL FROM:<${FROM}>`), /^250 /)
    assert.match(await client.ask('STARTTLS'), /^220 /)
    await client.startTls()
    assert.match(await client.ask('RCPT TO:<a@dest.example>'), /^503 /)
    assert.match(await client.ask(`MAIL FROM:<${FROM}>`), /^503 .*EHLO/)
    await client.ask('EHLO x')
    assert.match(await client.ask(`MAIL FROM:<${FROM}>`), /^530 /)
  })
  test('commands that follow STARTTLS in the same packet are never obeyed', async () => {
    await using it = await startTestRelay()
    using client = await it.connect({ port: it.starttls })
    await client.ask('EHLO x')
    client.send(`STARTTLS\r\nEHLO injected\r\nAUTH PLAIN ${plain(USER, PASSWORD)}\r\nMAIL FROM:<${FROM}>\r\n`)
    assert.match(await client.rest(), /^501 5\.5\.2 [^\r]*\r\n$/)
  })
  test('commands sent after STARTTLS in the clear break the handshake and are never obeyed', async () => {
    await using it = await startTestRelay()
    using client = await it.connect({ port: it.starttls })
    await client.ask('EHLO x')
    assert.match(await client.ask('STARTTLS'), /^220 /)
    client.send(`EHLO injected\r\nMAIL FROM:<${FROM}>\r\n`)
    const rest = await client.rest()
    assert.doesNotMatch(rest, /250|530/)
  })
  test('it takes no arguments and happens once', async () => {
    await using it = await startTestRelay()
    using client = await it.connect({ port: it.starttls })
    await client.ask('EHLO x')
    assert.match(await client.ask('STARTTLS now'), /^501 /)
    await client.ask('STARTTLS')
    await client.startTls()
    await client.ask('EHLO x')
    assert.match(await client.ask('STARTTLS'), /^503 /)
  })
  test('a client that is no TLS client on the TLS port is let go', async () => {
    await using it = await startTestRelay()
    using client = await connectRaw({ port: it.tls })
    client.send('EHLO x\r\nQUIT\r\n')
    assert.doesNotMatch(await client.rest(), /^2/)
    using other = await it.connect({ port: it.tls, tls: true })
    assert.match(await other.ask('NOOP'), /^250 /)
  })
})
