/**
 * What is no request that a browser or an SDK would make, over raw sockets, at both doors: each is refused, its connection ended, and the
 * relay goes on.
 */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { startPublicWorld } from './world.ts'

const world = await startPublicWorld({ relay: { http: { requestsPerSecond: 0 } } }, { deliver: false })
after(() => world[Symbol.asyncDispose]())
const DOORS = { http: Number(new URL(world.url).port), public: Number(new URL(world.place).port) } as const

/** What is answered until the server ends the connection. */
function say(port: number, octets: string): Promise<string> {
  return new Promise(resolve => {
    let said = ''
    const socket = connect({ port, host: '127.0.0.1' })
    socket.setEncoding('latin1').on('data', text => {
      said += text
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(said))
    socket.write(octets, 'latin1')
  })
}

const KEY = `Authorization: Bearer ${world.operator}`
const head = (line: string, ...more: string[]): string =>
  `${[line, KEY, 'Connection: close', ...more].join('\r\n')}\r\n\r\n`
const get = (target: string, ...more: string[]): string => head(`GET ${target} HTTP/1.1`, 'Host: localhost', ...more)
const post = (...more: string[]): string => head('POST /v1/classify HTTP/1.1', 'Host: localhost', ...more)
const LONG = 'x'.repeat(1_000_000)

/** And what may be answered; a connection that is reset says nothing. */
const BAD: Readonly<Record<string, readonly [octets: string, ...statuses: number[]]>> = {
  'a header of a megabyte': [get('/v1/version', `X: ${LONG}`), 431],
  'twenty thousand headers': [get('/v1/version', ...Array(20_000).fill('a: b')), 431],
  'a request line of a megabyte': [get(`/${LONG}`), 431],
  'HTTP/1.0 without a host': ['GET /v1/version HTTP/1.0\r\n\r\n', 400],
  'HTTP/0.9': ['GET /v1/version\r\n\r\n', 400],
  'the preface of HTTP/2': ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  'a tunnel': ['CONNECT 127.0.0.1:25 HTTP/1.1\r\nHost: 127.0.0.1:25\r\n\r\n'],
  'TRACE, which shows its header': [head('TRACE /v1/version HTTP/1.1', 'Host: localhost'), 404, 405],
  'options of the whole server': [head('OPTIONS * HTTP/1.1', 'Host: localhost'), 400],
  'an expectation that nobody knows': [`${post('Expect: miracles', 'Content-Length: 2')}{}`, 417],
  'a body of a terabyte': [post('Content-Length: 999999999999'), 404, 413],
  'a chunk with a hundred thousand octets of extensions': [
    `${post('Transfer-Encoding: chunked')}2;${LONG.slice(0, 100_000)}\r\n{}\r\n0\r\n\r\n`,
    404,
    413,
  ],
  'octets that are no text in a path': [get('/v1/messages/%ff%fe%00'), 404, 422],
  'half an escape in a path': [get('/v1/messages/%'), 404, 422],
  'a path that leads out': [get('/ui/../../../../etc/passwd'), 404],
  'a path that leads out, escaped': [get('/ui/%2e%2e%2f%2e%2e%2fpackage.json'), 404],
  'a path that leads out, as on Windows': [get('/ui/..%5c..%5cpackage.json'), 404],
  'a host with a user': [head('GET /v1/version HTTP/1.1', 'Host: evil.example@localhost'), 400, 421],
  'a host that is a user': [head('GET /v1/version HTTP/1.1', 'Host: localhost@evil.example'), 400, 421],
  'a host with a fragment': [head('GET /v1/version HTTP/1.1', 'Host: localhost#evil.example'), 400, 421],
  'a host with a backslash': [head('GET /v1/version HTTP/1.1', 'Host: localhost\\evil.example'), 400, 421],
  'an address with a user': [get('http://localhost@evil.example/v1/version'), 400, 421],
  'an address of another scheme': [get('ftp://localhost/v1/version'), 400],
  'two keys': [get('/v1/version', 'Authorization: Bearer re_other'), 401, 404],
  'a key in a trailer': [
    `POST /v1/classify HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n${KEY}\r\n\r\n`,
    401,
    404,
  ],
}

for (const [door, port] of Object.entries(DOORS))
  for (const [what, [octets, ...statuses]] of Object.entries(BAD))
    test(`${what} is refused at the ${door} door`, async () => {
      const said = await say(port, octets)
      const told = [...said.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
      assert.ok(told.length <= 1 && told.every(status => statuses.includes(status)), `${told}: ${said.slice(0, 300)}`)
      assert.doesNotMatch(said, /root:|"dependencies"/)
      assert.equal((await world.ask('GET', '/v1/version')).status, 200)
    })
