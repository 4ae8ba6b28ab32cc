/**
 * What is tried against servers of HTTP: a second request hidden in a first one, a foreign host in the request line, an address that the
 * server is to fetch from inside, a redirect to there.
 */
import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, test } from 'node:test'
import { FROM, TO } from '../resend/world.ts'
import { startV1World } from './world.ts'

const world = await startV1World({ relay: { http: { requestsPerSecond: 0 } } }, { deliver: false })
after(() => world[Symbol.asyncDispose]())

/** What is answered to these octets, until the server ends the connection: a client that ends its half is not answered further. */
function say(octets: string): Promise<string> {
  const { port } = new URL(world.url)
  return new Promise(resolve => {
    let said = ''
    const socket = connect({ port: Number(port), host: '127.0.0.1' })
    socket.setEncoding('latin1')
    socket.on('data', text => {
      said += text
    })
    // A connection that is reset is one of the ways to refuse.
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(said))
    socket.write(octets, 'latin1')
  })
}

const statuses = (said: string): number[] =>
  [...said.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))

const head = (line: string, ...more: string[]): string =>
  [line, 'Host: localhost', `Authorization: Bearer ${world.operator}`, ...more].join('\r\n')

/** What must never be done: it comes along with another request. */
const body = JSON.stringify({ address: 'smuggled@dest.example' })
const hidden = `${head('POST /v1/suppressions HTTP/1.1', 'Content-Type: application/json', `Content-Length: ${body.length}`, 'Connection: close')}\r\n\r\n${body}`
const isDone = async (): Promise<boolean> =>
  (await world.relay.mailer.suppressions.find('smuggled@dest.example')) !== undefined

const HIDDEN: Readonly<Record<string, string>> = {
  'both lengths, chunks first': `Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${hidden}`,
  'both lengths, octets first': `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
  'two lengths': `Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
  'a list of lengths': `Content-Length: 0, ${hidden.length}\r\n\r\n${hidden}`,
  'a length with a sign': `Content-Length: +0\r\n\r\n${hidden}`,
  'a length in hexadecimal': `Content-Length: 0x0\r\n\r\n${hidden}`,
  'a negative length': `Content-Length: -1\r\n\r\n${hidden}`,
  'a coding after chunked': `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${hidden}`,
  'a coding that is nearly chunked': `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${hidden}`,
  'chunked twice': `Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
  'a space before the colon': `Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${hidden}`,
  'a folded header': `X: y\r\n Transfer-Encoding: chunked\r\nContent-Length : 0\r\n\r\n${hidden}`,
  'a line that ends in LF': `X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
  'a line that ends in CR': `X: y\rContent-Length: 0\r\n\r\n${hidden}`,
  'NUL in a header': `X: \0\r\nContent-Length: 0\r\n\r\n${hidden}`,
  'a chunk of negative size': `Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n0\r\n\r\n${hidden}`,
  'a chunk with a prefix': `Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n${hidden}`,
  'a chunk that ends in LF': `Transfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n${hidden}`,
  'a chunk that is longer than it says': `Transfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n0\r\n\r\n${hidden}`,
}

for (const [how, rest] of Object.entries(HIDDEN)) {
  test(`a request behind another is none: ${how} (RFC 9112 §11.2)`, async () => {
    const said = await say(`${head('POST /v1/classify HTTP/1.1')}\r\n${rest}`)
    assert.equal(await isDone(), false)
    const all = statuses(said)
    assert.ok(all.length <= 1 && all.every(status => status >= 400 && status < 500), said)
  })
}

test('the body of a request that is refused is never taken for the next one', async () => {
  const length = `Connection: close\r\nContent-Length: ${hidden.length}`
  for (const first of [
    `POST /v1/queue HTTP/1.1\r\nHost: localhost\r\n${length}`,
    `GET /v1/version HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer re_1\r\n${length}`,
    `POST /v1/nothing HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer ${world.operator}\r\n${length}`,
    `${head('GET /v1/version HTTP/1.1', length)}`,
  ]) {
    const said = await say(`${first}\r\n\r\n${hidden}`)
    assert.equal(await isDone(), false, first)
    assert.equal(statuses(said).length, 1, said)
  }
})

test('requests one after the other in one packet are answered each for itself, in order', async () => {
  const one = `${head('GET /v1/version HTTP/1.1')}\r\n\r\n`
  const two = 'GET /v1/version HTTP/1.1\r\nHost: localhost\r\n\r\n'
  const three = `${head('POST /v1/classify HTTP/1.1', 'Content-Type: application/json', 'Content-Length: 2')}\r\n\r\n{}`
  const four = `${head('GET /v1/nothing HTTP/1.1', 'Connection: close')}\r\n\r\n`
  assert.deepEqual(statuses(await say(one + two + three + four)), [200, 401, 422, 404])
})

test('a foreign host is foreign wherever it is said, and there must be one', async () => {
  const asked = (target: string, ...headers: string[]) => {
    const lines = [`GET ${target} HTTP/1.1`, ...headers, `Authorization: Bearer ${world.operator}`, 'Connection: close']
    return say(`${lines.join('\r\n')}\r\n\r\n`).then(statuses)
  }
  assert.deepEqual(await asked('/v1/version', 'Host: localhost'), [200])
  // RFC 9112 §3.2.2: the request line outdoes Host.
  for (const host of ['localhost', 'evil.example']) {
    const [status = 400] = await asked('http://evil.example/v1/version', `Host: ${host}`)
    assert.ok(status === 421 || status === 400, String(status))
  }
  for (const headers of [[], ['Host: localhost', 'Host: evil.example'], ['Host: local host'], ['Host: localhost/x']]) {
    const [status = 400] = await asked('/v1/version', ...headers)
    assert.ok(status === 400 || status === 421, `${headers}: ${status}`)
  }
})

test('who shows no key posts little, and what is wrong with it is told shortly', async () => {
  const { host } = new URL(world.url)
  const open = `POST /v1/session HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n`
  // Nothing of a body is waited for.
  for (const length of ['Content-Length: 16385', 'Transfer-Encoding: chunked']) {
    const said = await say(`${open}${length}\r\n\r\n`)
    assert.deepEqual(statuses(said), [413])
    assert.match(said, /^connection: close\r$/im)
  }
  const many = JSON.stringify(Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`k${n}`, 1])))
  const said = await say(`${open}Connection: close\r\nContent-Length: ${many.length}\r\n\r\n${many}`)
  assert.deepEqual(statuses(said), [422])
  assert.equal(said.split('a key that does not exist').length - 1 <= 21, true)
})

/** Counts who asks it. */
async function victim(): Promise<{ readonly port: number; readonly asked: () => number; readonly close: () => void }> {
  let asked = 0
  const { port, close } = await listen((_, response) => {
    asked++
    response.end('secret')
  })
  return { port, asked: () => asked, close }
}

async function listen(answer: RequestListener): Promise<{ readonly port: number; readonly close: () => void }> {
  const server = createServer(answer)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { port: (server.address() as AddressInfo).port, close }
}

test('nothing is fetched for an attachment, wherever its path leads', async () => {
  const inside = await victim()
  const { port } = inside
  const paths = [
    `http://127.0.0.1:${port}/`,
    `http://localhost:${port}/`,
    `http://[::1]:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    `http://[64:ff9b::7f00:1]:${port}/`,
    `http://0x7f000001:${port}/`,
    `http://127.1:${port}/`,
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/',
    'file:///etc/passwd',
    `//127.0.0.1:${port}/`,
    '/etc/passwd',
  ]
  for (const path of paths) {
    const attachments = [{ filename: 'a.txt', path }]
    const { error } = await world.resend.emails.send({ from: FROM, to: TO, subject: 'x', text: 'x', attachments })
    assert.equal(error?.statusCode, 422, path)
  }
  assert.equal(inside.asked(), 0)
  assert.deepEqual(await world.queued(), [])
  inside.close()
})

test('a webhook that is answered with a redirect goes nowhere else', async () => {
  const inside = await victim()
  let told = 0
  const endpoint = await listen((_, response) => {
    told++
    response.writeHead(307, { location: `http://127.0.0.1:${inside.port}/` }).end()
  })
  const secret = `whsec_${btoa('x'.repeat(24))}`
  const webhooks = [{ url: `http://127.0.0.1:${endpoint.port}/`, secret, events: ['queued' as const] }]
  await using other = await startV1World({ relay: { webhooks } }, { deliver: false })
  await other.relay.mailer.send({ from: FROM, to: TO, subject: 'x', text: 'x' })
  const parked = async () => (await other.ask('GET', '/v1/webhooks')).body.webhooks[0].parked
  while ((await parked()) === 0) await new Promise(setImmediate)
  assert.ok(told > 0)
  assert.equal(inside.asked(), 0)
  inside.close()
  endpoint.close()
})
