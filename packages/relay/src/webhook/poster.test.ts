import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite, test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import { openPoster, type PostAnswer } from './poster.ts'
import { dispatcher, factLog, passUntil } from './webhook.fixture.ts'

/** It answers 200 at once, and never comes to the end of what it says. */
async function dripping(): Promise<AsyncDisposable & { readonly url: string; readonly asked: () => number }> {
  let asked = 0
  const server = createServer((request, response) => {
    asked++
    request.resume()
    response.writeHead(200)
    const drip = setInterval(() => response.write('x'), 5)
    response.on('close', () => clearInterval(drip))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked: () => asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

suite('an endpoint that never ends its answer', { timeout: 60_000 }, () => {
  test('is cut off, and its status counts', async () => {
    await using hook = await dripping()
    const clock = new FakeClock()
    const poster = await openPoster(clock, hook.url)
    let answer: PostAnswer | undefined
    const posting = poster.post('{}').then(given => {
      answer = given
    })
    await passUntil(clock, 1000, () => answer !== undefined)
    await posting
    assert.equal(answer?.status, 200)
    await poster.close()
  })

  test('does not keep the relay from closing', async () => {
    await using hook = await dripping()
    const log = factLog()
    const { it, clock, store } = await dispatcher(log, [hook.url])
    log.add('delivered')
    while (hook.asked() === 0) await new Promise(setImmediate)
    const closing = it.close(1000)
    // Its own deadline would be fifteen times that.
    await clock.advance(1000)
    await closing
    await store.close()
  })
})
