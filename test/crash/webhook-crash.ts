/**
 * describeWebhookCrash: the relay that tells an endpoint is killed by SIGKILL at any moment, again and again, and another goes on.
 *
 * Every event is taken in the end, those that were refused among them, and what is told twice is what was under way, or answered and not
 * yet written, when it was killed. It has the same id.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { openPostgresStore, openSqliteStore } from '../../packages/relay/src/store/index.ts'
import { endpointId } from '../../packages/relay/src/webhook/endpoint.ts'
import { placeOf } from '../../packages/relay/src/webhook/place.ts'
import { Records } from '../../packages/relay/src/webhook/records.ts'
import { type Child, startNode } from '../support/child.ts'

const CHILD = join(import.meta.dirname, 'webhook-child.ts')
const EVENTS = 1500
const KILLS = 6
/** Every so many the endpoint refuses once. */
const REFUSED_ONCE = 9
/** Those under way at once, those that came to an end before the next could wait, and the most that may stand unwritten. */
const TWICE_AT_MOST = 16 + 16 + 32

/** An endpoint that says after how many requests its teller is to die. */
async function startEndpoint(kill: () => void) {
  const taken = new Map<string, number>()
  const refused = new Set<string>()
  let untilKill = Number.POSITIVE_INFINITY
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const id = String(request.headers['webhook-id'])
    const number = Number(/r(\d+)@x/.exec(body)?.[1])
    if (--untilKill === 0) kill()
    const isRefused = number % REFUSED_ONCE === 0 && !refused.has(id)
    if (isRefused) refused.add(id)
    else taken.set(id, (taken.get(id) ?? 0) + 1)
    response.writeHead(isRefused ? 500 : 204).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    taken,
    killAfter: (requests: number) => {
      untilKill = requests
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** @param make a new, empty store: the path of a file or the URL of a database */
export function describeWebhookCrash(name: string, make: () => Promise<string>): void {
  test(`a relay that is killed while it tells an endpoint loses no event, ${name}`, async () => {
    const place = await make()
    let child: Child | undefined
    const endpoint = await startEndpoint(() => child?.kill('SIGKILL'))
    const open = () => (place.startsWith('postgres:') ? openPostgresStore(place) : openSqliteStore(place))
    const store = await open()
    const records = new Records(store)
    const id = endpointId(endpoint.url)
    await records.add(id, placeOf(0))
    const start = (): Child => startNode(CHILD, { args: [place, endpoint.url, String(EVENTS)] })
    for (let kill = 0; kill < KILLS; kill++) {
      // Early, late and in between; also while refused ones are tried again.
      endpoint.killAfter([1, 17, 60, 150, 333, 500][kill] ?? 100)
      child = start()
      await child.ended()
    }
    endpoint.killAfter(Number.POSITIVE_INFINITY)
    child = start()
    await child.says(/telling/)
    while (endpoint.taken.size < EVENTS) await new Promise(setImmediate)
    const { code } = await child.stop()
    assert.equal(code, 0)
    const standing = await records.hold(id, 'test', 1000)
    assert.deepEqual([standing?.place, standing?.parked], [placeOf(EVENTS), 0])
    const twice = [...endpoint.taken.values()].reduce((sum, count) => sum + count - 1, 0)
    assert.ok(twice <= KILLS * TWICE_AT_MOST, `${twice} told twice`)
    endpoint.close()
    await store.close()
  })
}
