/**
 * Whatever is said to the admin port, the process lives and the next who asks is answered.
 */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, suite, test } from 'node:test'
import fc from 'fast-check'
import { startTestRelay } from '../testing/test-relay.ts'
import { startChallengeServer } from './admin-server.ts'

const TOKEN = 'let me in'
const open = await startTestRelay({ relay: { admin: { listen: '127.0.0.1:0' } } })
const closed = await startTestRelay({ relay: { admin: { listen: '127.0.0.1:0', token: TOKEN } } })
const challenges = await startChallengeServer({ host: '127.0.0.1', port: 0 }, token =>
  token === 'a' ? 'b' : undefined,
)
after(() => Promise.all([open[Symbol.asyncDispose](), closed[Symbol.asyncDispose](), challenges.close()]))
const PORTS = [open.relay.adminPort ?? 0, closed.relay.adminPort ?? 0, challenges.port]

/** How a client leaves: cutting the connection, closing its half at once, or after others were served meanwhile. */
type Leaving = 'cut' | 'end' | 'wait'

/** Sends the octets; what was answered by the time the connection is over. */
function say(port: number, octets: string, leaving: Leaving): Promise<string> {
  return new Promise(resolve => {
    let said = ''
    const socket = connect({ port, host: '127.0.0.1' })
    socket.setEncoding('latin1')
    socket.on('data', text => {
      said += text
    })
    // A connection that is reset is one of the ways to answer nonsense.
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(said))
    if (leaving === 'cut') socket.write(octets, 'latin1', () => socket.destroy())
    else if (leaving === 'end') socket.end(octets, 'latin1')
    else socket.write(octets, 'latin1', () => alive().finally(() => socket.end()))
  })
}

/** What would have ended the process, were it not that of a test. */
const fatal: unknown[] = []
process.on('uncaughtException', error => fatal.push(error))
process.on('unhandledRejection', error => fatal.push(error))

const alive = async (): Promise<void> => {
  for (const port of PORTS.slice(0, 2)) {
    assert.match(
      await say(port, 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 'end'),
      / 200 OK/,
    )
  }
  assert.deepEqual(fatal, [])
}

const target = fc.oneof(
  fc.constantFrom(
    '/',
    '//',
    '///',
    '//[',
    '//:',
    '/\\',
    '*',
    '',
    'http://',
    'http://[',
    '//evil.example:99999/ready',
    '/health',
    '/ready',
    '/metrics',
    '/queue',
    '/queue?limit=-1&after=%',
    '/queue?after=%00',
    '/messages/00000000000000000000',
    '/feedback',
    '/feedback?suppress=',
    '/.well-known/acme-challenge/a',
    '/%',
    '/%ff%fe',
    '/?%',
    '/../..',
    'http://localhost/health',
    'localhost:25',
    'javascript:1',
    `/${'a'.repeat(9000)}`,
  ),
  fc.webPath().map(path => `/${path}`),
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 30 }).map(text => `/${text}`),
)
const method = fc.constantFrom(
  'GET',
  'POST',
  'HEAD',
  'PUT',
  'OPTIONS',
  'CONNECT',
  'TRACE',
  'PRI',
  'get',
  'M-SEARCH',
  '',
)
const header = fc.oneof(
  fc.constantFrom(
    'Host: localhost',
    'Host: ',
    'Host: [',
    'Host: a\r\nHost: b',
    `Authorization: Bearer ${TOKEN}`,
    'Authorization: ',
    'Content-Length: 5',
    'Content-Length: -1',
    'Content-Length: 99999999999999999999',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip, chunked',
    'Content-Length: 5\r\nTransfer-Encoding: chunked',
    'Expect: 100-continue',
    'Expect: everything',
    'Upgrade: websocket\r\nConnection: Upgrade',
    'Connection: keep-alive',
    'Connection: close',
    ': no name',
    'no colon',
    `X: ${'x'.repeat(9000)}`,
  ),
  fc
    .tuple(fc.string({ maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 30 }))
    .map(([name, value]) => `${name}: ${value}`),
)
const body = fc.oneof(
  fc.constantFrom(
    '',
    '5\r\nhello\r\n0\r\n\r\n',
    'fffffffff\r\n',
    'zz\r\n',
    'hello',
    'GET // HTTP/1.1\r\nHost: x\r\n\r\n',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
)
const version = fc.constantFrom(' HTTP/1.1', ' HTTP/1.0', ' HTTP/0.9', ' HTTP/2.0', '', ' HTTP/1.1 x')
const request = fc
  .tuple(
    method,
    target,
    version,
    fc.array(fc.oneof({ weight: 2, arbitrary: fc.constant('Host: localhost') }, header), { maxLength: 4 }),
    body,
  )
  .map(([method, target, version, headers, body]) =>
    [`${method} ${target}${version}`, ...headers, '', body].join('\r\n'),
  )
const leaving = fc.constantFrom<Leaving>('cut', 'end', 'wait')

suite('no request ends the process', () => {
  test('a path that begins with two slashes is a path', async () => {
    for (const port of PORTS) {
      assert.match(
        await say(port, 'GET // HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 'end'),
        /^HTTP\/1.1 4\d\d /,
      )
    }
    await alive()
  })
  test('any request lines, headers and bodies, pipelined or cut off, are answered below 500 or closed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...PORTS),
        fc.array(request, { minLength: 1, maxLength: 3 }),
        leaving,
        fc.option(fc.nat()),
        async (port, requests, leaving, at) => {
          const octets = requests.join('')
          const said = await say(port, at === null ? octets : octets.slice(0, at % (octets.length + 1)), leaving)
          for (const [, status] of said.matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
            // Node itself answers 501 to no method; 503 is the answer of /ready.
            assert.ok(Number(status) < 500 || status === '503', said)
          }
          await alive()
        },
      ),
      { numRuns: Number(process.env.POSTRIDER_FUZZ_RUNS ?? 150) },
    )
  })
  test('octets that are no request at all are answered with 400 or closed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...PORTS),
        fc.string({ unit: 'binary', maxLength: 200 }),
        leaving,
        async (port, octets, leaving) => {
          const said = await say(port, octets, leaving)
          assert.match(said, /^$|^HTTP\/1\.1 4\d\d /)
          await alive()
        },
      ),
      { numRuns: Number(process.env.POSTRIDER_FUZZ_RUNS ?? 150) },
    )
  })
})
