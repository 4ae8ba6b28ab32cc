/**
 * The event stream: what becomes of messages as it becomes, from both stores; nothing is missed by who comes back.
 */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import { BEGINNING, placeOf } from '../../packages/relay/src/webhook/place.ts'
import { FROM, TO } from '../resend/world.ts'
import { type Event, Reader, reader } from './event-reader.ts'
import { startV1World, type V1World } from './world.ts'

const accept = async ({ relay }: V1World, account = 'board@abc.mail', tags: Record<string, string> = {}) => {
  const raw = Buffer.from(`From: ${FROM}\r\nTo: ${TO}\r\nSubject: x\r\n\r\nx\r\n`)
  return (await relay.mailer.accept(raw, { from: 'app@abc.mail', to: [TO] }, { account, tags })).id
}

test('who listens hears of a message as it is queued and delivered, in the form of webhooks, under ordered ids', async () => {
  await using world = await startV1World()
  using stream = await reader(world, '/v1/events')
  const id = await accept(world)
  const [queued, delivered] = await stream.take(2)
  assert.deepEqual([queued?.event, delivered?.event], ['message.queued', 'message.delivered'])
  assert.deepEqual([queued?.data.type, queued?.data.data.messageId], ['message.queued', id])
  assert.ok((queued?.id ?? '') < (delivered?.id ?? '') && (queued?.id ?? '').length <= 40)
  assert.equal(queued?.data.data.clearance, undefined)
})

test('nothing is missed by who comes back with the last id, also after a restart, or begins with the oldest', async () => {
  const folder = (await import('node:fs')).mkdtempSync(`${(await import('node:os')).tmpdir()}/postrider-events-`)
  const options = { queue: { path: `${folder}/queue.db` } }
  let last = ''
  {
    await using world = await startV1World(options, { deliver: false })
    await accept(world)
    using stream = await reader(world, '/v1/events?after=beginning', { key: await world.operatorKey(['read']) })
    last = (await stream.next())?.id ?? ''
    await accept(world)
    await accept(world)
  }
  await using world = await startV1World(options, { deliver: false })
  for (const [path, headers] of [
    ['/v1/events', { 'last-event-id': last }],
    [`/v1/events?after=${last}`, {}],
  ] as const) {
    using stream = await reader(world, path, { headers })
    const events = await stream.take(2)
    assert.ok(events.every(({ id = '' }) => id > last))
    assert.equal(new Set(events.map(({ id }) => id)).size, 2)
  }
  ;(await import('node:fs')).rmSync(folder, { recursive: true, force: true })
})

test('filters leave out what is not wanted, and the key of an account hears of its own alone', async () => {
  await using world = await startV1World({}, { deliver: false })
  const first = await accept(world, 'other', { order: '1' })
  const second = await accept(world, 'board@abc.mail', { order: '2', kind: 'a=b' })
  await world.relay.mailer.queue.cancel(second as never)
  const heard = async (query: string, count: number, options = {}) => {
    using stream = await reader(world, `/v1/events?after=beginning${query}`, options)
    return (await stream.take(count)).map(({ event, data }) => [event, data.data.messageId])
  }
  const [one, two, three] = [
    ['message.queued', first],
    ['message.queued', second],
    ['message.cancelled', second],
  ]
  assert.deepEqual(await heard('', 3), [one, two, three])
  assert.deepEqual(await heard('&kinds=cancelled,held', 1), [three])
  assert.deepEqual(await heard('&tag=order=2', 2), [two, three])
  assert.deepEqual(await heard('&tag=kind=a%3Db', 2), [two, three])
  assert.deepEqual(await heard('&tag=order', 1), [one])
  assert.deepEqual(await heard(`&message=${second}`, 2), [two, three])
  assert.deepEqual(await heard('&account=other', 1), [one])
  assert.deepEqual(await heard('', 2, { key: world.key }), [two, three])
  for (const [query, status] of [
    ['?account=other', 403],
    ['?kinds=nonsense', 422],
    ['?after=nonsense', 422],
    ['?message=x', 422],
  ] as const) {
    using stream = new Reader(world)
    assert.equal((await stream.open(`/v1/events${query}`, { key: world.key })).status, status, query)
  }
})

test('an id of another queue is told as such, and then everything', async () => {
  await using world = await startV1World({}, { deliver: false })
  const id = await accept(world)
  const other = '0'.repeat(20)
  for (const last of [`${placeOf(1)}-${other}`, `${placeOf(999)}-${other}`]) {
    using stream = await reader(world, '/v1/events', { headers: { 'last-event-id': last } })
    const [reset, queued] = await stream.take(2)
    assert.deepEqual([reset?.event, queued?.data.data.messageId], ['reset', id])
  }
  using stream = await reader(world, '/v1/events', { headers: { 'last-event-id': `${BEGINNING}-${other}` } })
  assert.equal((await stream.next())?.event, 'message.queued')
})

test('who is cut before the first event goes on from where the stream began', async () => {
  await using world = await startV1World({}, { deliver: false })
  const send = async (subject: string) =>
    world.relay.mailer.accept(Buffer.from(`From: app@abc.mail\r\nSubject: ${subject}\r\n\r\nx\r\n`), {
      from: 'app@abc.mail',
      to: ['someone@dest.example'],
    })
  let began: string | undefined
  for (const subject of ['first', 'second']) {
    using stream = await reader(world, '/v1/events')
    const wait = stream.next().catch(() => undefined)
    while (stream.began === undefined) await new Promise(resolve => setImmediate(resolve))
    began = stream.began
    stream[Symbol.dispose]()
    await wait
    const { id } = await send(subject)
    using again = await reader(world, '/v1/events', { headers: { 'last-event-id': began } })
    assert.equal((await again.next())?.data.data.messageId, id)
  }
})

test('silence is filled with comments that carry the last id, so that a filter need not be gone through again', {
  timeout: 20_000,
}, async () => {
  const clock = new FakeClock()
  await using world = await startV1World({}, { deliver: false, clock })
  using stream = await reader(world, '/v1/events?kinds=delivered&after=beginning')
  const id = await accept(world)
  let beat: Event | undefined
  const beats = (async () => {
    do beat = await stream.next()
    while (
      // The first may come before the fact was read.
      beat?.id === undefined ||
      beat.id.startsWith('0000000000000000')
    )
  })()
  const over = beats.then(() => true)
  while (!(await Promise.race([over, new Promise<false>(resolve => setImmediate(resolve, false))])))
    await clock.advance(5_000)
  assert.deepEqual(beat, { id: `${placeOf(1)}-${id}` })
})

test('who asks for a stream and reads nothing of it takes the place of nobody', async () => {
  await using world = await startV1World({ relay: { http: { requestsPerSecond: 0 } } }, { deliver: false })
  const headers = { authorization: `Bearer ${world.operator}` }
  for (let asked = 0; asked < 200; asked++)
    assert.equal((await fetch(`${world.url}/v1/events`, { method: 'HEAD', headers })).status, 200)
  using stream = await reader(world, '/v1/events?after=beginning')
  await accept(world)
  assert.equal((await stream.next())?.event, 'message.queued')
})

test('a stream ends when the relay is told to stop, and keeps nobody waiting', async () => {
  const world = await startV1World({}, { deliver: false })
  using stream = await reader(world, '/v1/events')
  await accept(world)
  assert.equal((await stream.next())?.event, 'message.queued')
  const over = stream.next()
  await world.relay.close({ withinMs: 20_000 })
  assert.equal(await over, undefined)
  await world[Symbol.asyncDispose]()
})

test('a reader that takes nothing is cut, and what waits for it is not read into memory', {
  timeout: 30_000,
}, async () => {
  const clock = new FakeClock()
  await using world = await startV1World({}, { deliver: false, clock })
  const tags = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`tag${n}`, 'x'.repeat(800)]))
  await Promise.all(Array.from({ length: 3_000 }, () => accept(world, 'board@abc.mail', tags)))
  let read = 0
  let isOver = false
  const { mailer } = world.relay
  const facts = mailer.facts.bind(mailer)
  mailer.facts = options => {
    const source = facts(options)
    return (async function* () {
      try {
        for await (const fact of source) {
          read++
          yield fact
        }
      } finally {
        isOver = true
      }
    })()
  }
  const { hostname, port } = new URL(world.url)
  // Paused: nothing is ever read from it, and both buffers of the system fill up.
  const socket = connect({ host: hostname, port: Number(port) }).pause()
  socket.on('error', () => undefined)
  socket.write(
    `GET /v1/events?after=beginning HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${world.operator}\r\n\r\n`,
  )
  for (let before = -1; before !== read || read === 0; ) {
    before = read
    for (let n = 0; n < 50; n++) await new Promise(setImmediate)
  }
  while (!isOver) {
    await clock.advance(5_000)
    await new Promise(setImmediate)
  }
  assert.ok(read < 3_000, `${read} events were read ahead`)
  socket.destroy()
})

test('a reader that leaves while it waits leaves no trace', async () => {
  await using world = await startV1World({}, { deliver: false })
  for (let n = 0; n < 20; n++) {
    using stream = await reader(world, '/v1/events')
    const over = stream.next().catch(() => undefined)
    stream[Symbol.dispose]()
    await over
    await accept(world)
  }
  using other = await reader(world, '/v1/events?after=beginning')
  assert.equal((await other.take(20)).length, 20)
  assert.deepEqual(
    world.log.filter(({ event }) => event === 'event-stream-failed'),
    [],
  )
})

test('readers that leave at once do not use up the streams that there are', { timeout: 30_000 }, async () => {
  await using world = await startV1World({ relay: { http: { requestsPerSecond: 0 } } }, { deliver: false })
  const { port } = new URL(world.url)
  const asked = `GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${world.operator}\r\n\r\n`
  for (let n = 0; n < 220; n++) {
    const socket = connect({ host: '127.0.0.1', port: Number(port) })
    socket.on('error', () => undefined)
    await new Promise<void>(resolve => socket.write(asked, () => resolve()))
    if (n % 2 === 0) await new Promise(resolve => socket.once('data', resolve))
    socket.destroy()
  }
  for (;;) {
    using stream = new Reader(world)
    if ((await stream.open('/v1/events')).status === 200) break
  }
})
