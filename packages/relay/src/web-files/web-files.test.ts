/** The files of the web interface, as a browser asks for them. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { webSite } from './index.ts'

const folder = await mkdtemp(join(tmpdir(), 'postrider web '))
after(() => rm(folder, { recursive: true }))
const SCRIPT = 'export const answer = 42\n'
await mkdir(join(folder, 'dist/assets'), { recursive: true })
await writeFile(join(folder, 'secret.html'), 'secret')
await writeFile(join(folder, 'dist/index.html'), '<!doctype html>')
await writeFile(join(folder, 'dist/assets/app-0123456789ab.js'), SCRIPT)
await writeFile(join(folder, 'dist/assets/app-0123456789ab.js.gz'), gzipSync(SCRIPT))
await writeFile(join(folder, 'dist/assets/plain.css'), 'a {}')
const site = webSite(pathToFileURL(join(folder, 'dist/')))

type Headers = Readonly<Record<string, string>>

async function ask(path: string, headers: Headers = {}, of = site): Promise<HttpAnswer> {
  const route = of.routes.find(each => (each.path.endsWith('*') ? path.startsWith('/ui') : each.path === path))
  return route!.answer({ path, method: 'GET', header: (name: string) => headers[name] } as HttpRequest)
}

const headerOf = (answer: HttpAnswer, name: string): string | undefined => answer.headers?.[name]
const bodyOf = (answer: HttpAnswer): Buffer => Buffer.from((answer as { readonly body: Uint8Array }).body)

test('the page stands for itself and for each path without an extension, and is asked for each time', async () => {
  for (const path of ['/ui', '/ui/messages', '/ui/a/b']) {
    const answer = await ask(path)
    assert.equal(answer.status, 200)
    assert.equal(bodyOf(answer).toString(), '<!doctype html>')
    assert.equal(headerOf(answer, 'cache-control'), 'no-cache')
  }
  assert.equal(headerOf(await ask('/'), 'location'), '/ui/')
})

test('the page runs no script but ours, loads from here alone, and stands in no other page', async () => {
  const answer = await ask('/ui')
  const policy = headerOf(answer, 'content-security-policy') ?? ''
  for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"])
    assert.ok(policy.split('; ').includes(part), part)
  assert.doesNotMatch(policy, /unsafe|\*|https?:/)
  assert.equal(headerOf(answer, 'x-content-type-options'), 'nosniff')
  assert.equal(headerOf(answer, 'referrer-policy'), 'no-referrer')
  assert.equal(headerOf(answer, 'cross-origin-opener-policy'), 'same-origin')
})

test('what has a hash in its name is kept for ever, and is told compressed to who takes that', async () => {
  const path = '/ui/assets/app-0123456789ab.js'
  const plain = await ask(path)
  assert.equal(bodyOf(plain).toString(), SCRIPT)
  assert.match(headerOf(plain, 'cache-control') ?? '', /immutable/)
  const squeezed = await ask(path, { 'accept-encoding': 'br, gzip;q=0.5' })
  assert.equal(headerOf(squeezed, 'content-encoding'), 'gzip')
  assert.equal(headerOf(squeezed, 'vary'), 'accept-encoding')
  assert.equal(gunzipSync(bodyOf(squeezed)).toString(), SCRIPT)
  for (const accepted of ['gzip;q=0', 'identity', 'xgzip'])
    assert.equal(headerOf(await ask(path, { 'accept-encoding': accepted }), 'content-encoding'), undefined, accepted)
  assert.equal(headerOf(await ask('/ui/assets/plain.css'), 'cache-control'), 'no-cache')
})

test('no path leads out of the folder, or to what has no type', async () => {
  for (const path of [
    '/ui/../secret.html',
    '/ui/%2e%2e/secret.html',
    '/ui//etc/passwd.txt',
    '/ui/assets/app-0123456789ab.js.gz',
    '/ui/__proto__.js',
    '/ui/constructor.html',
  ])
    assert.equal((await ask(path)).status, 404, path)
})

test('an interface that was not built says how to build it', async () => {
  const empty = webSite(pathToFileURL(join(folder, 'nothing/')))
  const answer = await ask('/ui', {}, empty)
  assert.equal(answer.status, 503)
})
