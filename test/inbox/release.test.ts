/** Captured mail is released to addresses of the list alone, when it is asked twice, and then it leaves for real. */
import assert from 'node:assert/strict'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { FROM, startReleasing, withReleased } from './releasing.ts'
import { startInboxWorld } from './world.ts'

test('nothing is released where the list is empty, and no queue is made for it', { timeout: 60_000 }, async () => {
  await using it = await startReleasing({ release: [] })
  const id = await it.captured('one')
  const { status, body } = await it.world.ask('POST', `/v1/inbox/${id}/release`, { to: 'me@real.example' })
  assert.equal(status, 409)
  assert.match(body.message, /relay\.capture\.release is empty/)
  assert.deepEqual((await it.world.ask('GET', `/v1/inbox/${id}/releases`)).body, { allowed: [], releases: [] })
  await assert.rejects(access(join(it.world.folder, 'released.db')))
})

test('it leaves to an address of the list, when it was asked twice', { timeout: 60_000 }, async () => {
  await using it = await startReleasing({ release: ['Me@real.example'] })
  const id = await it.captured('two')
  const ask = (body: object) => it.world.ask('POST', `/v1/inbox/${id}/release`, body)
  for (const to of ['you@real.example', 'me@real.example.org', 'x.me@real.example'])
    assert.equal((await ask({ to })).status, 409, to)
  const planned = (await ask({ to: 'me@real.example' })).body
  assert.equal(planned.released, false)
  assert.deepEqual([planned.from, planned.subject, planned.hosts], [FROM, 'two', ['mx.real.example']])
  assert.equal(it.mx.messages.length, 0)
  assert.equal((await ask({ to: 'me@real.example', confirm: 'guessed' })).status, 409)
  const done = (await ask({ to: 'me@real.example', confirm: planned.confirm })).body
  assert.equal(done.released, true)
  const releases = await it.untilReleased(id, 'delivered')
  assert.deepEqual(
    releases.map(({ to, state }) => [to, state]),
    [['me@real.example', 'delivered']],
  )
  assert.deepEqual(
    it.mx.messages[0]?.recipients.map(({ address }) => address),
    ['me@real.example'],
  )
  assert.match(String(it.mx.messages[0]?.content), /Subject: two/)
  assert.equal((await ask({ to: 'me@real.example', confirm: planned.confirm })).status, 409, 'the word is good once')
  const other = await it.captured('three')
  const again = (await ask({ to: 'me@real.example' })).body
  const foreign = await it.world.ask('POST', `/v1/inbox/${other}/release`, {
    to: 'me@real.example',
    confirm: again.confirm,
  })
  assert.equal(foreign.status, 409, 'the word is for one message')
  const { actions } = (await it.world.ask('GET', '/v1/audit')).body
  assert.ok(
    actions.some(
      ({ action, asked }: { action: string; asked: string }) =>
        action.endsWith('/release') && asked.includes('me@real.example'),
    ),
  )
})

test('a domain may be on the list, and names below it are not', { timeout: 60_000 }, async () => {
  await using it = await startReleasing({ release: ['*@real.example'] })
  const id = await it.captured('four')
  const ask = (body: object) => it.world.ask('POST', `/v1/inbox/${id}/release`, body)
  const { confirm } = (await ask({ to: 'any@real.example' })).body
  assert.equal((await ask({ to: 'any@real.example', confirm })).status, 200)
  assert.equal((await ask({ to: 'any@sub.real.example' })).status, 409)
})

test('what was released and waits goes out at the next start', { timeout: 60_000 }, async () => {
  const { folder } = await withReleased()
  await using it = await startReleasing({ release: ['me@real.example'], folder })
  assert.match(String((await it.mx.waitFor(1))[0]?.content), /Subject: left over/)
})

test('a list of what is no address is refused', async () => {
  for (const wrong of ['*', '*@', 'me', '@real.example', '*@*.example'])
    await assert.rejects(startInboxWorld({ capture: { release: [wrong] } }), /relay\.capture\.release\.0: found/, wrong)
})
