/** What test suites ask of Mailpit, unchanged: by its client from npm, and by the requests of cypress-mailpit. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MailpitClient } from 'mailpit-api'
import { startInboxWorld } from './world.ts'

const MAIL = {
  From: { Email: 'shop@example.com', Name: 'Shop' },
  To: [{ Email: 'jane@example.com', Name: 'Jane Doe' }],
  Cc: [{ Email: 'cc@example.com', Name: 'CC' }],
  Bcc: ['bcc@example.com'],
  ReplyTo: [{ Email: 'reply@example.com', Name: 'Reply' }],
  Subject: 'Hello Mailpit',
  Text: 'your code is 123456',
  HTML: '<p>hello <img src="cid:pic@x"></p>',
  Tags: ['welcome'],
  Headers: { 'X-Run': '7' },
  Attachments: [
    { Filename: 'a.txt', Content: btoa('hello'), ContentType: 'text/plain' },
    { Filename: 'p.png', Content: btoa('png'), ContentType: 'image/png', ContentID: 'pic@x' },
  ],
}

test('mailpit-api passes unchanged', { timeout: 60_000 }, async () => {
  await using world = await startInboxWorld()
  const client = new MailpitClient(world.url)
  const { ID } = await client.sendMessage(MAIL)
  await client.sendMessage({
    ...MAIL,
    Subject: 'Another',
    To: [{ Email: 'john@example.com' }],
    Attachments: [],
    Tags: [],
  })
  const found = await client.waitForMessage(
    { query: 'to:jane@example.com subject:"hello mailpit"' },
    { timeout: 20_000 },
  )
  assert.equal(found.ID, ID)
  assert.deepEqual(found.From, { Name: 'Shop', Address: 'shop@example.com' })
  assert.deepEqual(
    [found.To, found.Cc.length, found.Bcc],
    [[{ Name: 'Jane Doe', Address: 'jane@example.com' }], 1, [{ Name: '', Address: 'bcc@example.com' }]],
  )
  assert.deepEqual(
    [found.Text.trim(), found.Tags, found.ReturnPath],
    ['your code is 123456', ['welcome'], 'shop@example.com'],
  )
  const [file] = found.Attachments
  assert.deepEqual([found.Attachments.length, file?.FileName, file?.Size], [1, 'a.txt', 5])
  assert.deepEqual([found.Inline.length, found.Inline[0]?.ContentID], [1, 'pic@x'])
  assert.equal(await (await client.getMessageAttachment(ID, file?.PartID ?? '')).text(), 'hello')
  assert.deepEqual((await client.getMessageHeaders(ID))['X-Run'], ['7'])
  assert.match(await client.getMessageSource(ID), /^Subject: Hello Mailpit\r?$/m)
  assert.match(await client.renderMessageHTML(ID), /<img src="data:image\/png;base64,/)
  assert.equal((await client.renderMessageText(ID)).trim(), 'your code is 123456')
  assert.deepEqual(await client.getTags(), ['welcome'])
  await client.waitForMessages({ query: 'from:shop', count: 2 }, { timeout: 20_000 })
  const list = await client.listMessages(0, 1)
  assert.deepEqual([list.total, list.count, list.messages_count, list.messages[0]?.Subject], [2, 1, 2, 'Another'])
  assert.equal((await client.getInfo()).Messages, 2)
  const counted = async (query: string): Promise<number> => (await client.searchMessages({ query })).messages_count
  assert.deepEqual(
    await Promise.all(
      [
        'is:read',
        'has:attachment',
        '-has:attachment',
        'tag:welcome',
        '!to:jane',
        'code',
        'nobody',
        'larger:100k',
        'bcc:bcc@',
      ].map(counted),
    ),
    [1, 1, 1, 1, 1, 2, 0, 0, 2],
  )
  await client.setReadStatus({ IDs: [ID], Read: false })
  assert.equal(await counted('is:unread'), 2)
  await client.deleteMessagesBySearch({ query: 'subject:Another' })
  await client.deleteMessages({ IDs: ['nobody'] })
  assert.equal(await counted('from:shop'), 1)
  await client.deleteMessages()
  assert.equal(await counted('from:shop'), 0)
  await assert.rejects(client.getMessageSummary('latest'))
})

test('mailpit-api logs in where a token is set', { timeout: 60_000 }, async () => {
  await using world = await startInboxWorld({ capture: { token: 'sesame' } })
  const named = new MailpitClient(world.url, { auth: { username: 'any', password: 'sesame' } })
  assert.equal((await named.listMessages()).total, 0)
  await assert.rejects(new MailpitClient(world.url).listMessages(), /401/)
})

test('the requests of cypress-mailpit pass unchanged', { timeout: 60_000 }, async () => {
  await using world = await startInboxWorld()
  // Its base address ends in a slash in the examples, and then paths begin with two.
  const base = `${world.url}/`
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const headers = {
      accept: '*/*',
      'user-agent': 'Mozilla/5.0 Cypress',
      ...(body && { 'content-type': 'application/json' }),
    }
    const response = await fetch(`${base}/${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    assert.equal(response.status, 200, `${method} ${path}`)
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
    return isJson ? response.json() : response.text()
  }
  const empty = {
    total: 0,
    unread: 0,
    count: 0,
    messages_count: 0,
    messages_unread: 0,
    start: 0,
    tags: [],
    messages: [],
  }
  assert.deepEqual(await ask('GET', 'api/v1/messages?start=0&limit=50'), empty)
  const { ID } = (await ask('POST', 'api/v1/send', { ...MAIL, Attachments: [], Headers: {}, Tags: [] })) as {
    ID: string
  }
  await world.relay.mailer.idle()
  for (const query of ['subject:Hello Mailpit', 'to:jane@example.com']) {
    const found = (await ask(
      'GET',
      `api/v1/search?${new URLSearchParams({ query, start: '0', limit: '50' })}`,
    )) as typeof empty
    assert.equal(found.messages_count, 1)
  }
  assert.equal(((await ask('GET', 'api/v1/message/latest')) as { ID: string }).ID, ID)
  assert.match((await ask('GET', `view/${ID}.html`)) as string, /hello/)
  assert.match((await ask('GET', `view/${ID}.txt`)) as string, /123456/)
  assert.equal(await ask('PUT', 'api/v1/messages', { IDs: [], Read: true }), 'ok')
  assert.equal(await ask('DELETE', 'api/v1/search?query=to%3Anobody'), 'ok')
  assert.equal(await ask('DELETE', 'api/v1/messages', { ids: ['nobody'] }), 'ok')
  for (const body of [{ ID: ['x'] }, { IDs: 'x' }, { IDs: null }, { IDs: [1] }, ['x']])
    assert.equal((await world.ask('DELETE', '/api/v1/messages', body)).status, 400)
  assert.ok((await world.ask('GET', '/api/v1/messages')).body.total > 0)
  assert.equal(await ask('DELETE', 'api/v1/messages'), 'ok')
  assert.deepEqual(await ask('GET', 'api/v1/messages?start=0&limit=50'), empty)
})

test('where mail is delivered, they are paths as any other that there is not: who shows no key learns nothing', {
  timeout: 60_000,
}, async () => {
  await using world = await startInboxWorld({ capture: { enabled: false } })
  assert.equal((await world.ask('GET', '/api/v1/messages')).status, 401)
  assert.equal((await world.ask('GET', '/view/latest.html')).status, 401)
})
