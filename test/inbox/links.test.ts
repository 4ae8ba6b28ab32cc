/** Links of captured mail are asked when somebody says so, and lead nowhere that they should not. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { systemClock } from '@postrider/core'
import { FakeClock } from '@postrider/core/testing'
import { type AskedLink, askLinks } from '../../packages/relay/src/inbox/ask-links.ts'
import { startInboxWorld } from './world.ts'

interface Site extends AsyncDisposable {
  readonly url: string
  readonly asked: string[]
}

async function startSite(listener: RequestListener): Promise<Site> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    listener(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const page: RequestListener = ({ url = '', method }, response) => {
  const [, status = '', to] = url.split('/')
  if (status === 'getonly') response.writeHead(method === 'GET' ? 200 : 405).end('x'.repeat(100_000))
  else if (status === 'loop') response.writeHead(302, { location: '/loop' }).end()
  else if (status === 'away') response.writeHead(302, { location: decodeURIComponent(to ?? '') }).end()
  else response.writeHead(Number(status)).end('hello')
}

const never = new AbortController().signal
const anywhere = { mayReach: () => true, clock: systemClock, signal: never }
const short = ({ status, problem, hops }: AskedLink) => [status, problem, hops.length]

for (const http of [{ proxies: ['127.0.0.1'] }, { names: ['inbox.example.com'] }])
  test(`what others than this machine may ask asks nothing of this machine: ${Object.keys(http)}`, {
    timeout: 60_000,
  }, async () => {
    await using site = await startSite(page)
    const options = { relay: { http: { listen: ['127.0.0.1:0/plain'], requestsPerSecond: 0, ...http } } }
    await using world = await startInboxWorld({ options })
    const html = `<a href="${site.url}/200/a">a</a>`
    await world.relay.mailer.send({ from: 'shop@example.com', to: 'a@one.example', subject: 'links', html })
    const { id } = (await world.ask('GET', '/v1/inbox/wait?to=a@one.example')).body
    const { links } = (await world.ask('POST', `/v1/inbox/${id}/links`, {})).body
    assert.deepEqual(links.map(short), [[undefined, 'forbidden', 0]])
    assert.equal(site.asked.length, 0)
  })

test('the links of a captured message are asked when that is said, and not before', { timeout: 60_000 }, async () => {
  await using site = await startSite(page)
  await using world = await startInboxWorld()
  await world.relay.mailer.send({
    from: 'shop@example.com',
    to: 'a@one.example',
    subject: 'links',
    html: `<a href="${site.url}/200/a#top">a</a><img src="${site.url}/404/b.png"><a href="mailto:x@y.example">m</a>
      <a href="${site.url}/getonly/">g</a><a href="http://10.1.2.3/x">private</a>`,
  })
  const { id } = (await world.ask('GET', '/v1/inbox/wait?to=a@one.example')).body
  await world.ask('GET', `/v1/inbox/${id}`)
  await world.ask('GET', `/v1/inbox/${id}/check`)
  assert.equal(site.asked.length, 0)
  const { status, body } = await world.ask('POST', `/v1/inbox/${id}/links`, {})
  assert.equal(status, 200)
  assert.deepEqual(
    body.links.map(({ url, status, problem }: AskedLink) => [url.replace(site.url, ''), status ?? problem]),
    [
      ['/200/a#top', 200],
      ['/404/b.png', 404],
      ['/getonly/', 200],
      ['http://10.1.2.3/x', 'forbidden'],
    ],
  )
  assert.ok(site.asked.includes('HEAD /200/a'))
  assert.ok(!site.asked.includes('GET /200/a'), 'where HEAD is taken nothing is got')
})

test('redirects are followed one by one, each looked at as the first', { timeout: 60_000 }, async () => {
  await using site = await startSite(page)
  await using inner = await startSite(page)
  const port = new URL(inner.url).port
  const away = (to: string): string => `${site.url}/away/${encodeURIComponent(to)}`
  const [good, loop, ftp, hidden] = await askLinks(
    [away(`${site.url}/200/`), `${site.url}/loop`, away('ftp://127.0.0.1/'), away(`http://127.0.0.2:${port}/200/`)],
    { ...anywhere, mayReach: address => address === '127.0.0.1' },
  )
  assert.deepEqual(short(good!), [200, undefined, 2])
  assert.deepEqual(short(loop!), [302, 'too-many-redirects', 6])
  assert.deepEqual(short(ftp!), [undefined, 'no-web-address', 1])
  assert.deepEqual(short(hidden!), [undefined, 'forbidden', 1])
  assert.deepEqual(inner.asked, [])
})

test('a name that leads to a forbidden address is not connected to', { timeout: 60_000 }, async () => {
  await using site = await startSite(page)
  const port = new URL(site.url).port
  const [named, written] = await askLinks([`http://localhost:${port}/200/`, `http://[::ffff:7f00:1]:${port}/200/`], {
    ...anywhere,
    mayReach: () => false,
  })
  assert.deepEqual([named?.problem, written?.problem], ['forbidden', 'forbidden'])
  assert.deepEqual(site.asked, [])
})

test('who never answers is left after ten seconds, and what is beyond a hundred is told as not asked', {
  timeout: 60_000,
}, async () => {
  await using silent = await startSite(() => undefined)
  const clock = new FakeClock()
  const asking = askLinks([`${silent.url}/a`], { ...anywhere, clock })
  while (silent.asked.length === 0) await new Promise(setImmediate)
  await clock.advance(10_000)
  const [late] = await asking
  assert.deepEqual(short(late!), [undefined, 'timeout', 0])
  await using site = await startSite(page)
  const many = await askLinks(
    Array.from({ length: 101 }, (_, at) => `${site.url}/200/${at}`),
    anywhere,
  )
  assert.deepEqual([many[99]?.status, many[100]?.problem, site.asked.length], [200, 'not-asked', 100])
  const [refused] = await askLinks(['http://127.0.0.1:1/'], anywhere)
  assert.equal(refused?.problem, 'unreachable')
})
