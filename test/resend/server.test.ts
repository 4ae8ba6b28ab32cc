/**
 * The listener for HTTP: where it listens, what it lets a client take, and how it ends.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { test } from 'node:test'
import { MailerError } from '@postrider/core'
import { resolveRelayOptions } from '@postrider/relay'
import { mayConnect } from '../../packages/relay/src/server/http-address.ts'
import { startTestRelay } from '../../packages/relay/src/testing/test-relay.ts'
import { runScript } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'
import { ask } from './ask.ts'
import { FROM, startResendWorld, TO } from './world.ts'

const MAIL = { from: FROM, to: TO, subject: 'x', text: 'x' }

test('an address says /tls or /plain, and nothing else', async () => {
  for (const listen of [
    '127.0.0.1:80',
    '127.0.0.1:80/starttls',
    ':80/plain',
    '127.0.0.1:99999/tls',
    'example.com:80/tls',
  ])
    await assert.rejects(
      resolveRelayOptions({ hostname: 'mail.abc.mail', relay: { http: { listen: [listen] } } }),
      error => MailerError.is(error) && error.message.includes('relay.http.listen'),
      listen,
    )
})

test('plain text beyond loopback is refused unless proxies are named, and then spoken with them alone', async () => {
  await assert.rejects(
    startTestRelay({ relay: { http: { listen: ['0.0.0.0:0/plain'] } } }),
    error =>
      MailerError.is(error) && error.where === 'relay.http.listen' && /can be reached by others/.test(error.message),
  )
  const isProxy = (address: string): boolean => address === '203.0.113.1'
  const open = { host: '0.0.0.0', port: 80 }
  assert.equal(mayConnect({ ...open, tls: false }, '203.0.113.1', isProxy), true)
  assert.equal(mayConnect({ ...open, tls: false }, '203.0.113.2', isProxy), false)
  assert.equal(mayConnect({ ...open, tls: true }, '203.0.113.2', isProxy), true)
  assert.equal(mayConnect({ host: '127.0.0.1', port: 80, tls: false }, '127.0.0.1', isProxy), true)
})

test('TLS shows the certificate of the relay', async () => {
  await using it = await startTestRelay({ relay: { http: { listen: ['127.0.0.1:0/tls'] } } })
  const { port } = it.relay.httpAddresses[0]!
  for (const servername of ['mail.abc.mail', '']) {
    const sent = httpsRequest({
      port,
      host: '127.0.0.1',
      path: '/emails',
      servername,
      rejectUnauthorized: false,
    } as const)
    sent.end()
    const [response] = await once(sent, 'response')
    assert.equal(response.statusCode, 401)
    assert.match(response.socket.getPeerX509Certificate().subjectAltName, /mail\.abc\.mail/)
    response.socket.destroy()
  }
})

test('a body above the bound is 413, whether its length was said or not, and the relay goes on', async () => {
  await using world = await startResendWorld({ relay: { http: { bodyBytes: 10_000 } } })
  const headers = { authorization: `Bearer ${world.key}` }
  const large = JSON.stringify({ ...MAIL, text: 'x'.repeat(20_000) })
  const said = await ask(world.url, { method: 'POST', path: '/emails', headers, body: large })
  assert.deepEqual([said.status, said.body.name], [413, 'validation_error'])
  const stream = new Blob([large]).stream()
  const unsaid = await fetch(`${world.url}/emails`, {
    method: 'POST',
    headers,
    body: stream,
    duplex: 'half',
  } as RequestInit)
  assert.equal(unsaid.status, 413)
  assert.equal((await world.resend.emails.send(MAIL)).error, null)
})

test('bodies that are too much together are put off, and room is given back when they are answered', async () => {
  await using world = await startResendWorld({ relay: { http: { bodiesBytes: 15_000 } } })
  const headers = { authorization: `Bearer ${world.key}` }
  const body = JSON.stringify({ ...MAIL, text: 'x'.repeat(10_000) })
  const { port } = new URL(world.url)
  const slow = connect({ port: Number(port), host: '127.0.0.1' })
  slow.write(
    `POST /emails HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${world.key}\r\nContent-Length: ${body.length}\r\n\r\n`,
  )
  slow.write(body.slice(0, -1))
  const second = () => ask(world.url, { method: 'POST', path: '/emails', headers, body })
  let put = await second()
  for (let tries = 0; put.status === 200 && tries < 100; tries++) put = await second()
  assert.deepEqual([put.status, put.headers.get('retry-after')], [503, '1'])
  slow.write(body.slice(-1))
  const [answer] = await once(slow, 'data')
  assert.match(String(answer), /^HTTP\/1\.1 200 /)
  slow.destroy()
  assert.equal((await second()).status, 200)
})

test('a request that does not come to its end in time is cut', async () => {
  await using world = await startResendWorld({ relay: { http: { requestMs: 100 } } })
  const { port } = new URL(world.url)
  const slow = connect({ port: Number(port), host: '127.0.0.1' })
  slow.write(
    `POST /emails HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${world.key}\r\nContent-Length: 100\r\n\r\n{`,
  )
  slow.resume()
  slow.on('error', () => undefined)
  await once(slow, 'close')
})

test('a path is the same with a slash too many or at its end', async () => {
  await using world = await startResendWorld()
  const headers = { authorization: `Bearer ${world.key}` }
  for (const path of ['//emails', '/emails/', '//emails//'])
    assert.equal((await ask(world.url, { path, headers })).status, 200, path)
})

test('a relay that closes answers what is under way first', async () => {
  const world = await startResendWorld()
  const answers = Array.from({ length: 5 }, () => world.resend.emails.send(MAIL))
  const first = await answers[0]!
  await Promise.all([world[Symbol.asyncDispose](), ...answers])
  assert.equal(first?.error, null)
  for (const answer of answers) {
    const { error } = await answer
    assert.ok(error === null || error.name === 'application_error', error?.name ?? '')
  }
})

test('a relay that listens for no HTTP loads nothing of it', async () => {
  const relay = new URL('../../packages/relay/src/index.ts', import.meta.url).href
  const code = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    const { createRelay } = await import(${JSON.stringify(relay)})
    const running = await createRelay({
      hostname: 'mail.abc.mail',
      queue: { path: ':memory:' },
      preflight: 'off',
      relay: { listen: ['127.0.0.1:0/plain'], folder: process.env.FOLDER },
    })
    await running.listen()
    await running.close()
    process.stdout.write(JSON.stringify(loaded.filter(url => /hono|node:https?$|\\/(?:resend|server)\\/(?!http-address)/.test(url))))`
  const {
    code: exit,
    stdout,
    stderr,
  } = await runScript(code, { cwd: import.meta.dirname, env: { FOLDER: tempFolder() } as const })
  assert.equal(exit, 0, stderr)
  assert.deepEqual(JSON.parse(stdout), [])
})
