/** What endpoints were told, and telling them again, as an operator does it while the relay runs. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { createRelay, loadRelayConfig } from '@postrider/relay'
import { tempFolder } from '../support/folder.ts'
import { type Said, type } from '../support/terminal.ts'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

test('postrider webhooks shows how far endpoints were told, and tells them a range again', async t => {
  const cwd = tempFolder(t)
  const received: string[] = []
  let heard = Promise.withResolvers<void>()
  const server = createServer((request, response) => {
    received.push(String(request.headers['webhook-id']))
    heard.resolve()
    heard = Promise.withResolvers()
    request.resume().on('end', () => response.writeHead(204).end())
  }).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const config = {
    hostname: 'mail.sender.test',
    preflight: 'off',
    queue: { path: 'q.db' },
    relay: {
      listen: ['127.0.0.1:0'],
      folder: '.',
      webhooks: [{ url: `${origin}/secret-path`, secret: SECRET, events: ['held'] }],
    },
  }
  writeFileSync(join(cwd, 'postrider.yaml'), JSON.stringify(config))
  const run = (line: string, flags = {}, json = false): Promise<Said> => type(line, { cwd, flags, json })

  assert.match((await run('webhooks list')).out, /^\S{22} +http:\/\/127\.0\.0\.1:\d+ +nothing yet +0 +0$/m)
  await using relay = await createRelay(await loadRelayConfig({ env: {}, cwd }), { deliver: false, cwd })
  await relay.listen()
  const raw = Buffer.from('From: me@sender.test\r\n\r\nIt works.\r\n')
  for (const to of ['a@dest.test', 'b@dest.test'])
    await relay.mailer.accept(raw, { from: 'me@sender.test', to: [to] }, { hold: 'to be seen' })
  while (received.length < 2) await heard.promise
  const state = async () => JSON.parse((await run('webhooks list', {}, true)).out)
  while ((await state()).place !== '0000000000000004') await new Promise(setImmediate)

  const { out } = await run(`webhooks replay ${origin}`, { after: received[0] })
  assert.match(out, /^after 0{15}2 up to 0{15}4: 1 event will be told again\n$/)
  while (received.length < 3) await heard.promise
  assert.equal(received[2], received[1])
  assert.equal((await run(`webhooks replay ${origin}`)).out, 'nothing was dropped\n')
  await assert.rejects(run('webhooks replay https://other.example'), { code: 'invalid-option' })
  assert.ok(!JSON.stringify(await state()).includes('secret-path'))
})
