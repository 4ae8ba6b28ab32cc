/**
 * Login lines on the wire.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { base64, plain } from '../testing/raw-client.ts'
import { PASSWORD, startTestRelay, USER } from '../testing/test-relay.ts'

test('a login line that is too long ends the login, and what follows is a command (RFC 4954 §4)', async () => {
  await using it = await startTestRelay()
  using client = await it.connect()
  await client.ask('EHLO forum')
  for (const begin of ['AUTH LOGIN', 'AUTH PLAIN']) {
    assert.match(await client.ask(begin), /^334/)
    assert.match(await client.ask(base64('x'.repeat(20_000))), /^500 5\.5\.6 /)
    assert.match(await client.ask('NOOP'), /^250/)
  }
  assert.match(await client.ask(`AUTH PLAIN ${plain(USER, PASSWORD)}`), /^235/)
})

test('clients that leave during the TLS handshake do not lock out those of their address', async () => {
  await using it = await startTestRelay({ relay: { limits: { unauthenticatedPerMinute: 3 } } })
  for (let times = 0; times < 10; times++) {
    const socket = connect(it.tls, '127.0.0.1')
    await once(socket, 'connect')
    socket.end('no handshake')
    await once(socket.resume(), 'close')
  }
  while (it.log.filter(({ event }) => event === 'session').length < 10) await new Promise(setImmediate)
  using client = await it.connect()
  assert.match(await client.ask('EHLO forum'), /^250/)
})
