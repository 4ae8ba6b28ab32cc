/**
 * The guides, followed as they are printed: the commands of "five minutes" are read out of each page, in each language, and run in an
 * empty folder; what they print is published in the DNS of the test. Packages are the checkout's own: `npm install` links them.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { createMailer } from '@postrider/core'
import { type DnsServer, type FakeMx, type NameLiteral, startDnsServer, startFakeMx } from '@postrider/core/testing'
import { createTransport } from 'nodemailer'
import { parse } from 'yaml'
import { recordsIn } from '../../packages/cli/src/records/index.ts'
import { tempFolder } from '../support/folder.ts'
import { freePorts } from '../support/ports.ts'
import { blocks, commandsOf, LANGUAGES, newcomer, ROOT, read, run, type Shell, until } from './newcomer.ts'

const ENGLISH = join(ROOT, 'docs/guides')
const PAGES = readdirSync(ENGLISH).filter(name => name.endsWith('.md'))

suite('a guide in another language', () => {
  for (const language of LANGUAGES)
    for (const page of readdirSync(join(ROOT, 'docs', language)).filter(name => PAGES.includes(name)))
      test(`has the commands, files and programs of the English one: ${language}/${page}`, () => {
        assert.deepEqual(blocks(read(page, language)), blocks(read(page)))
      })
})

suite('what is printed in the guides', () => {
  let dns: DnsServer
  let mx: FakeMx
  const zone: Record<string, NameLiteral> = {
    'example.com': { SOA: 'here', MX: '10 mx.example.com' },
    'mx.example.com': { A: '93.184.216.6' },
    'gmail.com': { MX: '5 mx.gmail.com' },
    'mx.gmail.com': { A: '127.0.0.1' },
    '5.216.184.93.in-addr.arpa': { PTR: 'mail.example.com' },
  }

  before(async () => {
    mx = await startFakeMx()
    dns = await startDnsServer(zone)
  })
  after(async () => {
    await dns.close()
    await mx.close()
  })

  const world = () => ({ dns: dns.server, mxPort: mx.port })

  /** What somebody does with the records in the panel of their provider. */
  async function publish(sh: Shell): Promise<void> {
    for (const { name, type, value } of recordsIn(await run(sh, 'npx postrider dns example.com'))) {
      if (type === 'PTR' || type === 'MX') continue
      zone[name] = { ...(zone[name] as object), [type]: value } as NameLiteral
    }
    for (const [name, records] of Object.entries(zone)) dns.set(name, records)
  }

  for (const language of ['guides', ...LANGUAGES]) {
    test(`makes an app send signed mail: ${language}/app.md`, async t => {
      const folder = tempFolder(t)
      const sh = newcomer(folder, world())
      const page = read('app.md', language)
      const [install = '', keygen = '', records = '', doctor = '', list = ''] = commandsOf(page)
      await run(sh, install)
      await run(sh, keygen)
      writeFileSync(join(folder, 'postrider.yaml'), blocks(page, 'yaml')[0] ?? '')
      assert.match(await run(sh, records), /v=spf1/)
      await publish(sh)
      const found = await run(sh, doctor, [0, 1, 69, 75])
      assert.doesNotMatch(found, /^fail +(?:spf|dkim|dmarc)/m)
      writeFileSync(join(folder, 'app.ts'), blocks(page, 'ts')[0] ?? '')
      const had = mx.messages.length
      await run(sh, `${process.execPath} --conditions=@postrider/source app.ts`)
      await run(sh, 'npx postrider queue flush --all')
      const delivering = sh('npx postrider serve')
      await until(() => mx.messages.length > had)
      await delivering.stop()
      assert.match(mx.messages.at(-1)?.content.toString() ?? '', /^DKIM-Signature: [\s\S]*d=example\.com/m)
      assert.match(await run(sh, list), /app@example\.com|App/)
    })

    test(`lets a forum log in and hand its mail over: ${language}/forum.md`, async t => {
      const folder = tempFolder(t)
      const sh = newcomer(folder, world())
      const [install = '', init = '', records = '', doctor = '', serve = ''] = commandsOf(read('forum.md', language))
      await run(sh, install)
      const password = /\bforum\b.*?(\S{16,})/.exec(await run(sh, init))?.[1] ?? ''
      assert.ok(existsSync(join(folder, 'postrider.yaml')))
      assert.match(await run(sh, records), /v=spf1/)
      await publish(sh)
      await run(sh, doctor, [0, 1, 69, 75])
      const [port = 0] = await freePorts('127.0.0.1', 1)
      const config = parse(readFileSync(join(folder, 'postrider.yaml'), 'utf8')) as { relay: object }
      writeFileSync(
        join(folder, 'postrider.yaml'),
        JSON.stringify({ ...config, relay: { ...config.relay, listen: [`127.0.0.1:${port}/starttls`] } }),
      )
      const relay = sh(serve)
      await until(() => relay.stderr().includes('listening on'))
      const had = mx.messages.length
      const forum = createTransport({
        host: '127.0.0.1',
        port,
        requireTLS: true,
        tls: { rejectUnauthorized: false },
        auth: { user: 'forum', pass: password },
      })
      await forum.sendMail({ from: 'forum@example.com', to: 'you@gmail.com', subject: 'Hello', text: 'It works.' })
      await until(() => mx.messages.length > had)
      await relay.stop()
      assert.match(mx.messages.at(-1)?.content.toString() ?? '', /^DKIM-Signature: [\s\S]*d=example\.com/m)
    })

    test(`brings back what was backed up, and sends nothing of it by itself: ${language}/backup.md`, async t => {
      const folder = tempFolder(t)
      const sh = newcomer(folder, world())
      const [backup = '', restore = '', list = '', release = ''] = commandsOf(read('backup.md', language))
      writeFileSync(
        join(folder, 'postrider.yaml'),
        'hostname: mail.example.com\npreflight: off\nqueue: { path: queue/q.db }\n',
      )
      mkdirSync(join(folder, 'queue', 'keys'), { recursive: true })
      writeFileSync(join(folder, 'queue', 'keys', 'example.com.s1.pem'), 'a key\n')
      const options = {
        hostname: 'mail.example.com',
        preflight: 'off',
        queue: { path: join(folder, 'queue/q.db') },
      } as const
      const mailer = await createMailer(options, { deliver: false })
      const { id } = await mailer.send({
        from: 'me@example.com',
        to: 'you@gmail.com',
        subject: 'Hello',
        text: 'It works.',
      })
      await run(sh, backup)
      await mailer.close()
      rmSync(join(folder, 'queue'), { recursive: true })
      await run(sh, restore)
      assert.equal(readFileSync(join(folder, 'queue', 'keys', 'example.com.s1.pem'), 'utf8'), 'a key\n')
      const waits = new RegExp(id)
      assert.match(await run(sh, list), waits)
      await run(sh, release)
      assert.doesNotMatch(await run(sh, list), waits)
      assert.match(await run(sh, 'npx postrider queue list'), waits)
    })
  }

  test('runs as the reference of the commands shows it', async t => {
    const sh = newcomer(tempFolder(t), world())
    for (const command of commandsOf(read('commands.md', 'reference'))) await run(sh, command, [0, 69])
  })

  test('is configuration that can be read', async t => {
    const folder = tempFolder(t)
    const sh = newcomer(folder, world())
    await run(sh, 'npx postrider keygen example.com --out old.pem')
    writeFileSync(join(folder, 'smarthost-password'), 'secret\n', { mode: 0o600 })
    for (const page of PAGES)
      for (const yaml of blocks(read(page), 'yaml')) {
        const here = yaml
          .replace('/etc/postrider/', `${folder}/`)
          .replace(/privateKeyFile: .*/, 'privateKeyFile: old.pem')
        writeFileSync(join(folder, 'postrider.yaml'), here)
        await run(sh, 'npx postrider queue list')
      }
  })
})
