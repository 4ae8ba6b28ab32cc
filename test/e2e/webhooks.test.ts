/** What endpoints were told, and telling them again, as an operator does it while the relay runs. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { createRelay, loadRelayConfig } from '@postrider/relay'
import { examineHost } from '../../packages/cli/src/command/host-state.ts'
import { webhooks } from '../../packages/cli/src/command/webhooks.ts'
import { startProgram } from '../support/child.ts'
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

  assert.match((await run('webhooks list')).out, /^\S{22} +http:\/\/127\.0\.0\.1:\d+ +told +nothing yet +0 +0$/m)
  await using relay = await createRelay(await loadRelayConfig({ env: {}, cwd }), { deliver: false, cwd })
  await relay.listen()
  const raw = Buffer.from('From: me@sender.test\r\n\r\nIt works.\r\n')
  for (const to of ['a@dest.test', 'b@dest.test'])
    await relay.mailer.accept(raw, { from: 'me@sender.test', to: [to] }, { hold: 'to be seen' })
  while (received.length < 2) await heard.promise
  const state = async () => JSON.parse((await run('webhooks list', {}, true)).out)
  while ((await state()).place !== '0000000000000004') await new Promise(setImmediate)

  const { out } = await run(`webhooks replay ${origin}`, { after: received[0] })
  assert.match(out, /^after 0{15}2 up to 0{15}4: 1 event will be sent again\n$/)
  while (received.length < 3) await heard.promise
  assert.equal(received[2], received[1])
  assert.equal((await run(`webhooks replay ${origin}`)).out, 'nothing was dropped\n')
  await assert.rejects(run('webhooks replay https://other.example'), { code: 'invalid-option' })
  assert.ok(!JSON.stringify(await state()).includes('secret-path'))

  const written = await loadRelayConfig({ env: {}, cwd })
  const judged = async () => {
    const looked = { ...written, relay: { ...written.relay, trustedNetworks: ['127.0.0.0/8'] } }
    const found = await examineHost(looked, { mailer: relay.mailer, now: Date.now(), trouble: undefined })
    return found.find(({ id }) => id === 'webhooks.taken')
  }
  assert.equal((await judged())?.level, 'ok')
  const tested = JSON.parse((await run(`webhooks test ${origin}`, {}, true)).out)
  assert.deepEqual([tested.answer, tested.attempt, tested.type], ['taken', 0, 'message.held'])
  assert.match((await run(`webhooks deliveries ${origin}`)).out, /message\.held +0 +taken/)
  assert.match((await run(`webhooks stop ${origin}`)).out, /^stopped: true$/m)
  assert.match((await run('webhooks list')).out, /127\.0\.0\.1:\d+ +stopped +0{15}/)
  assert.equal((await judged())?.fix, `postrider webhooks start ${(await state()).id}`)
  assert.deepEqual(JSON.parse((await run(`webhooks start ${origin}`, {}, true)).out).started, true)
  await assert.rejects(run(`webhooks remove ${origin}`), { code: 'not-possible' })
  const url = 'https://hooks.example.com/x?t=1'
  const made = JSON.parse((await run(`webhooks add ${url}`, { event: ['bounced'], format: 'postmark' }, true)).out)
  assert.match(made.secret, /^whsec_/)
  const rotated = JSON.parse((await run(`webhooks change ${made.id}`, { rotate: true }, true)).out)
  assert.notEqual(rotated.secret, made.secret)
  await assert.rejects(run(`webhooks add ${url}`, { event: ['nonsense'] }), /--event/)
  await assert.rejects(run('webhooks add http://127.0.0.1/', { event: ['bounced'] }), { code: 'invalid-option' })
  assert.deepEqual(JSON.parse((await run(`webhooks remove ${made.id}`, {}, true)).out), { removed: made.id })
})

test('what the help of postrider webhooks add shows makes an endpoint', async t => {
  const cwd = tempFolder(t)
  const config = { hostname: 'mail.sender.test', queue: { path: 'q.db' }, relay: { folder: '.' } }
  writeFileSync(join(cwd, 'postrider.yaml'), JSON.stringify(config))
  const program = join(import.meta.dirname, '../../packages/cli/bin/postrider.js')
  const examples = webhooks.subcommands?.find(({ name }) => name === 'add')?.examples ?? []
  for (const example of examples) {
    const [, ...words] = example.replaceAll('"', '').split(' ')
    const ended = await startProgram(process.execPath, { args: [program, ...words], cwd }).ended()
    assert.equal(ended.code, 0, JSON.stringify(ended))
  }
  assert.ok(examples.length > 0)
})
