import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { suite, type TestContext, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { makeAuthority, makeCertificate } from '../testing/certificate.ts'
import { get, HttpError, type HttpErrorCode, type HttpTarget, openHttp } from './get.ts'

const forever = new AbortController().signal
const authority = makeAuthority()
const ca = authority.cert
const right = makeCertificate({ names: ['policy.test'], issuer: authority })
const REQUEST = { url: 'https://policy.test/file.txt', maxBytes: 100, mediaType: 'text/plain', ca }

type Handler = (request: IncomingMessage, response: ServerResponse) => void

async function serve(t: TestContext, handler: Handler, certificate: ServerOptions = right): Promise<HttpTarget> {
  const server = createServer(certificate, handler)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    return new Promise(resolve => server.close(resolve))
  })
  return { address: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

const text: Handler = (_, response) =>
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('hello')

function rejectsWith(asking: Promise<unknown>, code: HttpErrorCode): Promise<void> {
  return assert.rejects(asking, error => {
    assert.ok(HttpError.is(error), String(error))
    assert.equal(error.code, code, error.message)
    return true
  })
}

suite('a bounded GET', () => {
  test('connects where it is told, under the name of the URL: SNI, Host and certificate', async t => {
    let seen: unknown
    const connectTo = await serve(t, (request, response) => {
      seen = [
        request.method,
        request.url,
        request.headers.host,
        (request.socket as TLSSocket & { servername?: string }).servername,
      ]
      text(request, response)
    })
    const { status, body } = await get({ ...REQUEST, connectTo }, forever)
    assert.deepEqual([status, body.toString()], [200, 'hello'])
    assert.deepEqual(seen, ['GET', '/file.txt', 'policy.test', 'policy.test'])
  })

  test('does not follow a redirect', async t => {
    const connectTo = await serve(t, (_, response) =>
      response.writeHead(302, { location: 'https://policy.test/other' }).end(),
    )
    await rejectsWith(get({ ...REQUEST, connectTo }, forever), 'redirect')
  })

  test('takes status 200 alone', async t => {
    for (const status of [204, 206, 404, 500]) {
      const connectTo = await serve(t, (_, response) =>
        response.writeHead(status, { 'content-type': 'text/plain' }).end(),
      )
      await rejectsWith(get({ ...REQUEST, connectTo }, forever), 'status')
    }
  })

  test('takes the media type that it asked for alone', async t => {
    for (const type of ['text/html', 'text/plainer', '']) {
      const connectTo = await serve(t, (_, response) => response.writeHead(200, { 'content-type': type }).end('x'))
      await rejectsWith(get({ ...REQUEST, connectTo }, forever), 'media-type')
    }
  })

  test('stops at its size, announced or not', async t => {
    const announced = await serve(t, (_, response) =>
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 1000 }).end('x'.repeat(1000)),
    )
    await rejectsWith(get({ ...REQUEST, connectTo: announced }, forever), 'too-large')
    const endless = await serve(t, (_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' })
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(1000)));
      }
      response.on('drain', more)
      more()
    })
    await rejectsWith(get({ ...REQUEST, connectTo: endless }, forever), 'too-large')
    const exact = await serve(t, (_, response) =>
      response.writeHead(200, { 'content-type': 'text/plain' }).end('x'.repeat(100)),
    )
    assert.equal((await get({ ...REQUEST, connectTo: exact }, forever)).body.length, 100)
  })

  test('refuses a certificate for another name, from another authority, or out of date', async t => {
    const otherName = makeCertificate({ names: ['other.test'], issuer: authority })
    const selfSigned = makeCertificate({ names: ['policy.test'] })
    const expired = makeCertificate({
      names: ['policy.test'],
      issuer: authority,
      notBefore: new Date(0),
      notAfter: new Date(86_400_000),
    })
    for (const certificate of [otherName, selfSigned, expired]) {
      const connectTo = await serve(t, text, certificate)
      await rejectsWith(get({ ...REQUEST, connectTo }, forever), 'certificate')
    }
  })

  test('says that nobody is there', async t => {
    const connectTo = await serve(t, text)
    const gone = { ...connectTo, address: '127.0.0.2' }
    await rejectsWith(get({ ...REQUEST, connectTo: gone }, forever), 'unreachable')
    const cut = await serve(t, request => request.socket.destroy())
    await rejectsWith(get({ ...REQUEST, connectTo: cut }, forever), 'unreachable')
  })

  test('stops with the reason of the signal, before, while waiting, and within the body', async t => {
    const reason = new Error('enough')
    await assert.rejects(get(REQUEST, AbortSignal.abort(reason)), reason)
    const controllers = [new AbortController(), new AbortController()] as const
    const silent = await serve(t, () => controllers[0].abort(reason))
    await assert.rejects(get({ ...REQUEST, connectTo: silent }, controllers[0].signal), reason)
    const half = await serve(t, (_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).write('x', () => controllers[1].abort(reason))
    })
    await assert.rejects(get({ ...REQUEST, connectTo: half }, controllers[1].signal), reason)
  })
})

suite('an open client', () => {
  test('posts, uses its connections again, and is closed for good', async t => {
    const connections = new Set<unknown>()
    const connectTo = await serve(t, (request, response) => {
      connections.add(request.socket)
      response.writeHead(200, { 'content-type': 'text/plain' })
      request.pipe(response)
    })
    const http = openHttp({ origin: 'https://policy.test', ca, connectTo })
    for (const word of ['one', 'two', 'three', 'four', 'five']) {
      const { body } = await http.request({ ...REQUEST, method: 'POST', body: Buffer.from(word) }, forever)
      assert.equal(body.toString(), word)
    }
    // The second may still find the first one busy with its end.
    assert.ok(connections.size <= 2, String(connections.size))
    await http.close()
    await http.close()
    await rejectsWith(http.request(REQUEST, forever), 'unreachable')
  })
})
