import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { inTurn } from './in-turn.ts'

const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'
const LONG_MS = 60_000

interface World extends Disposable {
  readonly client: Socket
  /** Requests that have come. */
  came: number
  /** Answers that were begun. */
  readonly begun: ServerResponse[]
  /** When this holds. */
  until(holds: () => boolean): Promise<void>
}

/** Each answer is begun, and ended by who tests it. */
async function openWorld({ stalledMs = LONG_MS } = {}): Promise<World> {
  const begun: ServerResponse[] = []
  const listen = inTurn((_, response) => begun.push(response), stalledMs)
  const server = createServer((request, response) => {
    world.came++
    void listen(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
  client.on('error', () => undefined)
  const world: World = {
    client,
    came: 0,
    begun,
    until: async holds => {
      while (!holds()) await new Promise(setImmediate)
    },
    [Symbol.dispose]: () => {
      client.destroy()
      server.close()
      server.closeAllConnections()
    },
  }
  return world
}

test('of requests that come together each is answered when the one before it was', async () => {
  using world = await openWorld()
  let said = ''
  world.client.setEncoding('latin1').on('data', text => {
    said += text
  })
  world.client.write(REQUEST.repeat(3))
  await world.until(() => world.came === 3)
  for (const [at, word] of ['one', 'two', 'three'].entries()) {
    assert.equal(world.begun.length, at + 1)
    world.begun[at]?.end(word)
    await world.until(() => said.includes(word) && (at === 2 || world.begun.length > at + 1))
  }
  assert.ok(said.indexOf('one') < said.indexOf('two') && said.indexOf('two') < said.indexOf('three'))
  world.client.write(REQUEST)
  await world.until(() => world.begun.length === 4)
})

test('whoever takes no answer has one made, however many it asks for', async () => {
  using world = await openWorld()
  world.client.pause()
  world.client.write(REQUEST.repeat(50))
  await world.until(() => world.came === 50)
  // More than all that lies between a server and a client can hold.
  world.begun[0]?.end(Buffer.alloc(64 * 1024 * 1024))
  await world.until(() => (world.begun[0]?.writableEnded ?? false) && world.begun[0]?.socket !== null)
  for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate)
  assert.equal(world.begun.length, 1)
})

test('a hundred wait; with more the connection is ended, and no other answer is begun', async () => {
  using world = await openWorld()
  world.client.write(REQUEST.repeat(101))
  await world.until(() => world.came === 101)
  assert.equal(world.begun[0]?.socket?.destroyed, false)
  world.client.write(REQUEST)
  world.client.resume()
  await once(world.client, 'close')
  for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate)
  assert.equal(world.begun.length, 1)
})

test('a client that takes nothing of an answer for long is cut', async () => {
  using world = await openWorld({ stalledMs: 50 })
  world.client.pause()
  world.client.write(REQUEST)
  await world.until(() => world.begun.length === 1)
  const [answer] = world.begun
  answer?.write(Buffer.alloc(64 * 1024 * 1024))
  await once(answer!, 'close')
  assert.equal(answer?.writableFinished, false)
})
