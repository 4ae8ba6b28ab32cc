/**
 * Sentences in the language of whoever asks: what is told in words is, and what programs go by never changes.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { FROM, TO } from '../resend/world.ts'
import { startV1World, type V1World } from './world.ts'

const HAN = /\p{Script=Han}/u

suite('the language of an answer', () => {
  const within = (language?: string) => ({ headers: language === undefined ? {} : { 'accept-language': language } })
  const refusedIn = async (world: V1World, language?: string) =>
    (
      await world.ask('POST', '/v1/preflight', {
        body: { from: 'app@abc.mail', to: ['x@nowhere.example'] },
        ...within(language),
      })
    ).body

  test('is that of the header, in what is told; ids, levels and reasons are the same', async () => {
    await using world = await startV1World({ preflight: 'enforce' }, { deliver: false })
    const english = await refusedIn(world)
    const chinese = await refusedIn(world, 'zh-TW,zh;q=0.9,en;q=0.5')
    assert.match(chinese.sender.refusal, /^來自 abc\.mail 的郵件會被收件端拒收：.+目前/s)
    assert.match(chinese.recipients[0].noRoute.detail, /^nowhere\.example 不存在$/)
    const ids = ({ sender }: typeof english) =>
      sender.checks.map(({ id, level }: Record<string, string>) => [id, level])
    assert.deepEqual(ids(chinese), ids(english))
    assert.equal(chinese.recipients[0].noRoute.reason, english.recipients[0].noRoute.reason)
    // What one reader is told in Chinese is not kept for the next.
    assert.deepEqual(await refusedIn(world), english)
    assert.deepEqual(await refusedIn(world, 'de-DE, fr;q=0.5'), english)
    assert.doesNotMatch(JSON.stringify(english), HAN)
  })

  test('is that of the header in the doctor, also as its findings are made', async () => {
    await using world = await startV1World({}, { deliver: false })
    const body = { addresses: ['app@abc.mail'] }
    const [chinese, simplified, english] = await Promise.all(
      ['zh-TW', 'zh-CN', 'en'].map(
        async language => (await world.ask('POST', '/v1/doctor', { body, ...within(language) })).body,
      ),
    )
    const [one, two, three] = [chinese, simplified, english].map(({ reports }) => reports[0].checks)
    for (const [at, { id, title }] of three.entries()) {
      assert.deepEqual([one[at].id, two[at].id], [id, id])
      assert.notEqual(one[at].title, title)
    }
    assert.match(JSON.stringify(one), HAN)
    assert.match(JSON.stringify(two), HAN)
    assert.notDeepEqual(one, two)
    assert.doesNotMatch(JSON.stringify(three), HAN)
    const stream = await fetch(`${world.url}/v1/doctor`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${world.operator}`,
        'content-type': 'application/json',
        accept: 'text/event-stream',
        'accept-language': 'zh-TW',
      },
      body: JSON.stringify(body),
    })
    const events = (await stream.text())
      .split('\n\n')
      .filter(event => event.startsWith('event: check') || event.includes('\nevent: check'))
    assert.ok(events.length > 5)
    assert.match(events.join('\n'), HAN)
  })

  test('is that of the header in the story of a message, and never in its facts', async () => {
    await using world = await startV1World({ preflight: 'warn' }, { deliver: false })
    await world.resend.emails.send({ from: FROM, to: TO, subject: 'Hello', text: 'Hello' })
    const [{ id }] = (await world.ask('GET', '/v1/queue/messages')).body.messages
    await world.ask('POST', `/v1/messages/${id}/hold`, { body: {}, ...within('zh-TW') })
    const english = (await world.ask('GET', `/v1/messages/${id}/story`)).body
    const chinese = (await world.ask('GET', `/v1/messages/${id}/story`, within('zh-TW'))).body
    assert.deepEqual(chinese.facts, english.facts)
    assert.deepEqual(english.sentences, {})
    assert.doesNotMatch(JSON.stringify(english), HAN)
    assert.match(chinese.lines.map(({ text }: { readonly text: string }) => text).join('\n'), /保留：透過 HTTP 保留/)
    for (const { text } of chinese.lines) assert.match(text, HAN)
  })

  test('is that of the header in what is refused, also before anybody is let in', async () => {
    await using world = await startV1World({}, { deliver: false })
    const asked = [
      ['GET', '/v1/messages/06H32ZC60CZTJVJ8RB6X', {}, /^佇列與歷史裡都沒有郵件/],
      ['GET', '/v1/messages?limit=x', {}, /^limit：目前："x"；應為：/],
      ['GET', '/v1/messages', { key: 're_nobody' }, /^沒有這把 API 金鑰$/],
      ['GET', '/v1/nothing', {}, /^沒有 GET \/v1\/nothing$/],
      ['DELETE', '/v1/queue', {}, /^這裡不允許 DELETE$/],
      ['DELETE', '/v1/accounts/nobody', {}, /^沒有帳號 nobody$/],
    ] as const
    for (const [method, path, more, wanted] of asked) {
      const told = await world.ask(method, path, { ...more, ...within('zh-TW') })
      assert.match(told.body.message, wanted, path)
      const english = await world.ask(method, path, more)
      assert.doesNotMatch(english.body.message, HAN, path)
      assert.deepEqual([english.status, english.body.name], [told.status, told.body.name], path)
    }
  })

  test('costs no more for what a stranger wrote: a name of a thousand words is refused as it is', async () => {
    await using world = await startV1World({}, { deliver: false })
    const name = 'a, '.repeat(1000)
    const told = await fetch(`${world.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': 'zh-TW' },
      body: JSON.stringify({ [name]: 1 }),
    })
    assert.equal(told.status, 422)
    assert.ok((await told.text()).includes(name))
  })
})
