/** Endpoints that are made while the relay runs. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { isPublicAddress, MailerError } from '@postrider/core'
import { Webhook } from 'standardwebhooks'
import { dispatcher, endpoint, factLog, passUntil, webhooksOf } from './webhook.fixture.ts'

suite('endpoints that are made', () => {
  test('are told what comes from then on, changed without losing anything, and told nothing when they are removed', async () => {
    const log = factLog()
    await using one = await endpoint()
    await using two = await endpoint()
    const it = await dispatcher(log, [])
    const webhooks = webhooksOf(it, log, [])
    log.add('delivered')
    const { id, secret } = await webhooks.add({ url: one.url, events: ['delivered'], format: 'postrider' })
    log.add('delivered')
    await one.waitFor(1)
    const { headers, body } = one.received[0]!
    assert.equal(JSON.parse(body).data.recipient, 'r2@x')
    assert.ok(new Webhook(secret).sign(String(headers['webhook-id']), new Date(it.clock.now()), body))
    const { secret: newer } = await webhooks.change(id, { url: two.url, rotate: true })
    log.add('delivered')
    await two.waitFor(1)
    assert.equal(String(two.received[0]!.headers['webhook-signature']).split(' ').length, 2)
    assert.notEqual(newer, secret)
    await webhooks.change(id, { endRotation: true })
    log.add('delivered')
    await two.waitFor(2)
    assert.equal(String(two.received[1]!.headers['webhook-signature']).split(' ').length, 1)
    const { endpoint: shown, from, place } = await webhooks.show(id)
    assert.deepEqual([shown, from], [new URL(two.url).origin, 'store'])
    assert.ok(place)
    await webhooks.remove(id)
    log.add('delivered')
    await it.clock.advance(60_000)
    assert.deepEqual(await webhooks.list(), [])
    assert.equal((await it.records.standing(id)) ?? 'nothing', 'nothing')
    await it.close()
    assert.deepEqual([one.received.length, two.received.length], [1, 2])
  })

  test('by another process are seen within seconds', async () => {
    const log = factLog()
    await using hook = await endpoint()
    const [here, there] = [await dispatcher(log, [], { file: 'two.db' }), await dispatcher(log, [], { file: 'two.db' })]
    await there.it.close()
    await webhooksOf(there, log, []).add({ url: hook.url, events: ['delivered'], format: 'postrider' })
    log.add('delivered')
    await passUntil(here.clock, 1000, () => hook.received.length === 1)
    await here.close()
    await there.store.close()
  })

  test('are told of the mail of their account, in the events of the form that they ask for', async () => {
    const log = factLog()
    await using hook = await endpoint()
    const it = await dispatcher(log, [])
    const webhooks = webhooksOf(it, log, [])
    await webhooks.add({
      url: hook.url,
      events: ['delivered', 'queued'],
      types: ['email.delivered'],
      format: 'resend',
      account: 'shop',
    })
    log.add('delivered')
    log.add('queued', { account: 'shop', messageId: '01JBXW6K4M000000005N', recipients: ['r@x'] })
    log.add('delivered', { account: 'shop', messageId: '01JBXW6K4M000000005N' })
    await hook.waitFor(1)
    await it.close()
    assert.deepEqual(
      hook.received.map(one => JSON.parse(one.body)).map(({ type, data }) => [type, data.to]),
      [['email.delivered', ['r3@x']]],
    )
  })

  test('of which one is given other events or another form are told all that these become', async () => {
    const log = factLog()
    await using hook = await endpoint()
    const it = await dispatcher(log, [])
    const webhooks = webhooksOf(it, log, [])
    const asked = { events: ['delivered', 'bounced'], types: ['email.bounced'], format: 'resend' } as const
    const { id } = await webhooks.add({ url: hook.url, ...asked })
    await webhooks.change(id, { url: `${hook.url}&y=2` })
    assert.deepEqual((await webhooks.show(id)).types, asked.types)
    await webhooks.change(id, { format: 'postrider' })
    assert.equal((await webhooks.show(id)).types, undefined)
    log.add('delivered')
    await hook.waitFor(1)
    await webhooks.change(id, { ...asked, events: ['delivered'], types: ['email.delivered'] })
    assert.deepEqual((await webhooks.show(id)).types, ['email.delivered'])
    await webhooks.change(id, { events: ['bounced'] })
    assert.equal((await webhooks.show(id)).types, undefined)
    await it.close()
  })

  test('are told on when the store failed in the moment they were changed', async t => {
    const log = factLog()
    await using hook = await endpoint()
    const it = await dispatcher(log, [])
    const webhooks = webhooksOf(it, log, [])
    const { id } = await webhooks.add({ url: hook.url, events: ['delivered'], format: 'postrider' })
    log.add('delivered')
    await hook.waitFor(1)
    const failing = t.mock.method(it.records, 'add', () => Promise.reject(new Error('connection terminated')))
    await webhooks.change(id, { rotate: true })
    assert.equal(failing.mock.callCount(), 1)
    failing.mock.restore()
    log.add('delivered')
    await passUntil(it.clock, 1000, () => hook.received.length === 2)
    await it.close()
  })

  test('leave nothing behind when they are removed while something is posted to them', async () => {
    const log = factLog()
    const answered = Promise.withResolvers<number>()
    await using hook = await endpoint(() => answered.promise)
    const it = await dispatcher(log, [])
    const webhooks = webhooksOf(it, log, [])
    const { id } = await webhooks.add({ url: hook.url, events: ['delivered'], format: 'postrider' })
    log.add('delivered')
    await hook.waitFor(1)
    await webhooks.remove(id)
    answered.resolve(204)
    await it.it.close()
    assert.deepEqual(await it.deliveries.list(id, { limit: 9 }), [])
    assert.equal(await it.records.standing(id), undefined)
    await it.store.close()
  })

  test('and were removed when a crash cut that off leave nothing behind after the next start', async () => {
    const log = factLog()
    await using hook = await endpoint()
    const first = await dispatcher(log, [hook.url], { file: 'orphan.db' })
    const webhooks = webhooksOf(first, log, [hook.url])
    const { id } = await webhooks.add({ url: hook.url, events: ['delivered'], format: 'postrider' })
    log.add('delivered')
    await hook.waitFor(2)
    await first.it.close()
    await first.stored.remove(id)
    await first.records.replay(id, [{ place: '2', after: '1', since: 0, attempts: 0, due: 0 }])
    await first.store.close()
    const second = await dispatcher(log, [hook.url], { file: 'orphan.db' })
    assert.equal(await second.records.standing(id), undefined)
    assert.deepEqual(await second.records.oldest(id, 9), [])
    assert.deepEqual(await second.deliveries.list(id, { limit: 9 }), [])
    assert.equal((await webhooksOf(second, log, [hook.url]).deliveries(hook.url, { limit: 9 })).length, 1)
    await second.close()
  })

  test('of one account are few, so that there is room for others', async () => {
    const it = await dispatcher(factLog(), [])
    const wanted = { url: 'https://x.example/', secret: 's', events: ['delivered'], format: 'resend' } as const
    for (let n = 0; n < 10; n++) assert.ok(await it.stored.add({ ...wanted, account: 'shop' }))
    assert.equal(await it.stored.add({ ...wanted, account: 'shop' }), undefined)
    assert.ok(await it.stored.add({ ...wanted, account: 'other' }))
    for (let n = 0; n < 11; n++) assert.ok(await it.stored.add(wanted))
    await assert.rejects(webhooksOf(it, factLog(), []).add({ ...wanted, secret: undefined, account: 'shop' }), {
      code: 'not-possible',
      message: /10 of shop/,
    })
    await it.close()
  })

  test('in our own network are refused, and are not told even when a name leads there later', async () => {
    const log = factLog()
    await using hook = await endpoint()
    const it = await dispatcher(log, [])
    const webhooks = webhooksOf(it, log, [], isPublicAddress)
    const wanted = { events: ['delivered'], format: 'postrider' } as const
    for (const url of [hook.url, 'http://[::1]/', 'ftp://8.8.8.8/', 'no url'])
      await assert.rejects(
        webhooks.add({ ...wanted, url }),
        error => MailerError.is(error) && error.code === 'invalid-option' && error.where === 'url',
      )
    const { id } = await webhooks.add({ ...wanted, url: `http://localhost:${new URL(hook.url).port}/` })
    const { answer, taken } = await webhooks.test(id)
    assert.deepEqual([answer, taken], ['localhost has no address of the public internet', false])
    assert.equal(hook.received.length, 0)
    await it.close()
  })

  test('are changed here, and those of the configuration are not', async () => {
    const log = factLog()
    await using hook = await endpoint()
    const it = await dispatcher(log, [hook.url])
    const webhooks = webhooksOf(it, log, [hook.url])
    for (const change of [() => webhooks.change(hook.url, { rotate: true }), () => webhooks.remove(hook.url)])
      await assert.rejects(
        change(),
        error =>
          MailerError.is(error) && error.code === 'not-possible' && error.fix?.includes('relay.webhooks') === true,
      )
    assert.equal(await webhooks.stop(hook.url), true)
    assert.equal((await webhooks.show(hook.url)).stopped?.because, 'operator')
    await it.close()
  })

  test('and all others are tried with an event that never was, which stops nothing and is not tried again', async () => {
    const log = factLog()
    await using hook = await endpoint(count => (count === 1 ? 410 : 204))
    const it = await dispatcher(log, [hook.url])
    const webhooks = webhooksOf(it, log, [hook.url])
    assert.equal((await webhooks.test(hook.url)).answer, 'gone')
    assert.equal((await webhooks.show(hook.url)).stopped, undefined)
    assert.equal((await webhooks.test(hook.url, 'bounced')).answer, 'taken')
    const [, second] = hook.received
    assert.equal(JSON.parse(second!.body).type, 'message.bounced')
    log.add('delivered')
    await hook.waitFor(3)
    while ((await webhooks.show(hook.url)).place !== '0000000000000001') await new Promise(setImmediate)
    const kept = await webhooks.deliveries(hook.url, { limit: 10 })
    assert.deepEqual(
      kept.map(({ attempt, answer, type }) => [attempt, answer, type]).toSorted(),
      [
        [0, 'gone', 'message.delivered'],
        [0, 'taken', 'message.bounced'],
        [1, 'taken', 'message.delivered'],
      ].toSorted(),
    )
    assert.ok(kept.every(({ event, attempt }) => event.startsWith('test-') === (attempt === 0)))
    await it.close()
  })

  test('are told again what was between two moments', async () => {
    const log = factLog()
    await using hook = await endpoint()
    const it = await dispatcher(log, [hook.url])
    const webhooks = webhooksOf(it, log, [hook.url])
    const hour = (n: number): number => Date.UTC(2026, 0, 5, n)
    for (let n = 0; n < 10; n++) log.add('delivered', { at: hour(n) })
    await hook.waitFor(10)
    while ((await webhooks.show(hook.url)).place !== '0000000000000010') await new Promise(setImmediate)
    const between = { after: '2026-01-05T03:00Z', before: '2026-01-05T06:00Z' }
    assert.deepEqual(await webhooks.replay(hook.url, between), [
      { after: '0000000000000003', through: '0000000000000006', events: 3 },
    ])
    assert.equal((await webhooks.replay(hook.url, { after: '2026-01-05T09:00Z' }))[0]?.events, 1)
    assert.equal((await webhooks.replay(hook.url, { before: '0000000000000003' }))[0]?.events, 2)
    await assert.rejects(webhooks.replay(hook.url, { through: '3', before: '3' }), { code: 'invalid-option' })
    await it.close()
  })
})
