/**
 * Pages by the API alone: whatever a page asks is a route of `/v1` that the OpenAPI document has, or a static file of the interface.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Request } from 'playwright-core'
import { PAGES } from './page-list.ts'
import { fill } from './town.ts'
import { openWeb, type WebWorld } from './world.ts'

const ROOT = dirname(dirname(import.meta.dirname))
const { paths } = JSON.parse(readFileSync(join(ROOT, 'docs/openapi.json'), 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>
}
const ROUTES = Object.entries(paths).flatMap(([path, methods]) =>
  Object.keys(methods).map(method => ({
    method: method.toUpperCase(),
    pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
  })),
)

/** Undefined: nothing that a stranger could not ask. */
function problemOf(request: Request, origin: string): string | undefined {
  const url = new URL(request.url())
  const method = request.method()
  const told = `${method} ${request.url()}`
  if (url.protocol === 'data:' || url.protocol === 'blob:') return undefined
  if (url.origin !== origin) return told
  if (method === 'GET' && (url.pathname === '/ui/' || /^\/ui\/assets\/[\w.-]+$/.test(url.pathname))) return undefined
  return ROUTES.some(route => route.method === method && route.pattern.test(url.pathname)) ? undefined : told
}

suite('what the pages ask', () => {
  let world: WebWorld
  before(async () => {
    world = await openWeb()
    await fill(world.town)
    await world.town.relay.mailer.idle()
  })
  after(async () => {
    const { faults } = world
    await world[Symbol.asyncDispose]()
    assert.deepEqual(faults, [])
  })

  test('is of the HTTP API, or a file of the interface: on each page', async () => {
    const { open, another, town } = world
    const { page, context } = await another()
    const asked: Request[] = []
    context.on('request', request => void asked.push(request))
    const { messages } = await town.relay.mailer.messages.list({ limit: 1 })
    const pages = { ...PAGES, message: `#/messages/${messages[0]?.id}`, inbox: '#/inbox', 'login again': '#/login' }
    for (const [name, hash] of Object.entries(pages)) {
      const before = asked.length
      await page.goto('about:blank')
      await open(hash, page)
      assert.ok(asked.length > before, name)
      assert.ok(
        asked.slice(before).some(request => new URL(request.url()).pathname.startsWith('/v1/')),
        name,
      )
    }
    const foreign = asked.map(request => problemOf(request, town.url)).filter(problem => problem !== undefined)
    assert.deepEqual([...new Set(foreign)], [])
    // The events too, which no page asks for by itself.
    assert.ok(asked.some(request => new URL(request.url()).pathname === '/v1/events'))
    await context.close()
  })

  test('is found to be none of it, where it is none', () => {
    const of = (method: string, url: string): string | undefined =>
      problemOf({ method: () => method, url: () => url } as Request, 'http://127.0.0.1:1')
    assert.equal(of('GET', 'http://127.0.0.1:1/v1/queue'), undefined)
    for (const [method, url] of [
      ['GET', 'http://127.0.0.1:1/v1/secret'],
      ['DELETE', 'http://127.0.0.1:1/v1/queue'],
      ['GET', 'http://127.0.0.1:1/metrics'],
      ['GET', 'http://127.0.0.1:2/v1/queue'],
      ['POST', 'http://127.0.0.1:1/ui/'],
    ] as const)
      assert.equal(of(method, url), `${method} ${url}`)
  })
})
