/** A script that calls the bare send() once and ends: configured by a file or variables, alive no longer than it must be. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { generateDkimKey } from '@postrider/core'
import { type FakeMxOptions, startDnsServer, startFakeMx } from '@postrider/core/testing'
import { runScript } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'

const SEND = `
  import { send } from '@postrider/core'
  const receipt = await send({ from: 'me@sender.test', to: 'you@dest.test', subject: 'Hello', text: 'It works.' })
  console.log(receipt.id)
`

async function surroundings(options: FakeMxOptions = {}) {
  const folder = tempFolder()
  const mx = await startFakeMx(options)
  const dns = await startDnsServer({ 'dest.test': { MX: ['10 mx.dest.test'] }, 'mx.dest.test': { A: ['127.0.0.1'] } })
  const env = {
    POSTRIDER_HOSTNAME: 'out.sender.test',
    POSTRIDER_DNS_SERVERS: dns.server,
    POSTRIDER_DELIVERY_PORT: String(mx.port),
    POSTRIDER_DELIVERY_ALLOW_PRIVATE_ADDRESSES: 'true',
    POSTRIDER_PREFLIGHT: 'off',
    POSTRIDER_QUEUE_PATH: join(folder, 'queue.db'),
  }
  return {
    folder,
    mx,
    env,
    [Symbol.asyncDispose]: async () => {
      await mx.close()
      await dns.close()
    },
  }
}

test('a script that sends and ends has delivered, and exits by itself', async () => {
  await using around = await surroundings()
  const { code, stdout, stderr } = await runScript(SEND, { env: around.env, cwd: import.meta.dirname })
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^[0-9A-Z]{20}$/m)
  assert.equal(around.mx.messages.length, 1)
})

test('what is deferred stays in the queue file for the next process', async () => {
  let open = false
  await using around = await surroundings({
    answer: ({ verb }) => (verb === 'RCPT' && !open ? '451 4.7.1 come back later' : undefined),
  })
  const first = await runScript(SEND, { env: around.env, cwd: import.meta.dirname })
  assert.equal(first.code, 0, first.stderr)
  assert.equal(around.mx.messages.length, 0)
  open = true
  const flush = `
    import { createMailer, loadConfig } from '@postrider/core'
    const mailer = await createMailer(await loadConfig({ env: process.env, cwd: process.cwd() }))
    await mailer.queue.flush()
    await mailer.idle()
    await mailer.close()
  `
  const second = await runScript(flush, { env: around.env, cwd: import.meta.dirname })
  assert.equal(second.code, 0, second.stderr)
  assert.equal(around.mx.messages.length, 1)
})

test('the file that POSTRIDER_CONFIG names is read, and a wrong key in it refuses the start in one line', async () => {
  await using around = await surroundings()
  const { pem } = await generateDkimKey({ domain: 'sender.test', selector: 's', algorithm: 'ed25519-sha256' })
  writeFileSync(join(around.folder, 'key.pem'), pem, { mode: 0o600 })
  const file = join(around.folder, 'mail.yaml')
  writeFileSync(file, 'dkim:\n  - { domain: sender.test, selector: s, privateKeyFile: key.pem }\n')
  const env = { ...around.env, POSTRIDER_CONFIG: file }
  const right = await runScript(SEND, { env, cwd: import.meta.dirname })
  assert.equal(right.code, 0, right.stderr)
  assert.match(around.mx.messages[0]?.content.toString() ?? '', /^DKIM-Signature: .*a=ed25519-sha256/)
  writeFileSync(file, 'dkmi: []\n')
  const wrong = await runScript(SEND, { env, cwd: import.meta.dirname })
  assert.equal(wrong.code, 1)
  assert.match(wrong.stderr, /mail\.yaml:1.*dkmi/)
})

test('a key that is missing is told with the two places to give it', async () => {
  await using around = await surroundings()
  const env = { ...around.env, POSTRIDER_DKIM_0_DOMAIN: 'sender.test', POSTRIDER_DKIM_0_PRIVATE_KEY: 'PEM' }
  const { code, stderr } = await runScript(SEND, { env, cwd: import.meta.dirname })
  assert.equal(code, 1)
  assert.match(stderr, /give dkim\.0\.selector in postrider\.yaml, or POSTRIDER_DKIM_0_SELECTOR in the environment/)
})
