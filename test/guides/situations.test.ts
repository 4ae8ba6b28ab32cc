/**
 * The guides for situations: what they print is run, and what they tell others to set is taken as those take it, and reaches a relay.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type DnsServer, type FakeMx, startDnsServer, startFakeMx } from '@postrider/core/testing'
import { build } from 'esbuild'
import { createTransport } from 'nodemailer'
import { tempFolder } from '../support/folder.ts'
import { freePorts } from '../support/ports.ts'
import { ADDRESS, blocks, commandsOf, newcomer, ROOT, read, run, until } from './newcomer.ts'

/** The variables of each program, as its own source makes a transport of Nodemailer of them. */
const PROGRAMS = {
  n8n: (set: Variables) => ({
    host: set.N8N_SMTP_HOST,
    port: Number(set.N8N_SMTP_PORT),
    secure: set.N8N_SMTP_SSL === 'true',
    ignoreTLS: set.N8N_SMTP_STARTTLS !== 'true',
    auth: { user: set.N8N_SMTP_USER, pass: set.N8N_SMTP_PASS },
    from: set.N8N_SMTP_SENDER,
  }),
  ghost: (set: Variables) => ({
    host: set.mail__options__host,
    port: Number(set.mail__options__port),
    secure: set.mail__options__secure === 'true',
    auth: { user: set.mail__options__auth__user, pass: set.mail__options__auth__pass },
    from: set.mail__from,
  }),
  directus: (set: Variables) => ({
    host: set.EMAIL_SMTP_HOST,
    port: Number(set.EMAIL_SMTP_PORT),
    secure: set.EMAIL_SMTP_SECURE === 'true',
    ignoreTLS: set.EMAIL_SMTP_IGNORE_TLS === 'true',
    auth: { user: set.EMAIL_SMTP_USER, pass: set.EMAIL_SMTP_PASSWORD },
    from: set.EMAIL_FROM,
  }),
}
type Variables = Readonly<Record<string, string | undefined>>

const variablesOf = (block: string): Variables =>
  Object.fromEntries(
    block
      .split('\n')
      .filter(Boolean)
      .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )

suite('a guide for a situation', () => {
  let dns: DnsServer
  let mx: FakeMx
  before(async () => {
    mx = await startFakeMx()
    dns = await startDnsServer({
      'example.com': { SOA: 'here', MX: '10 mx.example.com', TXT: `v=spf1 ip4:${ADDRESS} -all` },
      'mx.example.com': { A: '93.184.216.6' },
      'mail.example.com': { A: ADDRESS },
      'gmail.com': { MX: '5 mx.gmail.com' },
      'mx.gmail.com': { A: '127.0.0.1' },
      '5.216.184.93.in-addr.arpa': { PTR: 'mail.example.com' },
    })
  })
  after(async () => {
    await mx.close()
    await dns.close()
  })
  const world = () => ({ dns: dns.server, mxPort: mx.port })

  test('moves an app of Nodemailer, and makes the key for one of Resend: moving.md', async t => {
    const folder = tempFolder(t)
    const sh = newcomer(folder, world())
    const page = read('moving.md')
    writeFileSync(join(folder, 'postrider.yaml'), 'hostname: mail.example.com\npreflight: warn\n')
    writeFileSync(join(folder, 'app.ts'), blocks(page, 'ts')[0] ?? '')
    const printed = await run(sh, `${process.execPath} --conditions=@postrider/source app.ts`)
    assert.match(printed, /^250 2\.0\.0 Ok: queued as \w+\n$/)
    const [user = '', key = ''] = commandsOf(page)
    await run(sh, user)
    assert.match(await run(sh, key), /\bre_\w+/)
  })

  test('gives n8n, Ghost and Directus values that reach a relay: software.md', async t => {
    const folder = tempFolder(t)
    const sh = newcomer(folder, world())
    const [port = 0] = await freePorts('127.0.0.1', 1)
    const relay = { listen: [`127.0.0.1:${port}/starttls`], folder: './relay', senders: ['*@example.com'] }
    writeFileSync(
      join(folder, 'postrider.yaml'),
      JSON.stringify({ hostname: 'mail.example.com', preflight: 'warn', relay }),
    )
    const page = read('software.md')
    const [add = ''] = commandsOf(page)
    const made: Record<string, string> = {}
    for (const name of Object.keys(PROGRAMS))
      made[name] = (
        JSON.parse(await run(sh, `${add.replace('n8n', name)} --json`)) as { readonly password: string }
      ).password
    const serving = sh('npx postrider serve')
    t.after(() => serving.stop())
    await until(() => serving.stderr().includes('listening on'))
    for (const [at, [name, transportOf]] of Object.entries(PROGRAMS).entries()) {
      const given = transportOf(variablesOf(blocks(page, 'ini')[at] ?? ''))
      assert.deepEqual(
        [given.host, given.port, given.secure, given.auth.user, given.auth.pass],
        ['mail.example.com', 587, false, name, 'the-password'],
      )
      const options = { ...given, host: '127.0.0.1', port, tls: { rejectUnauthorized: false } }
      const transport = createTransport({ ...options, auth: { user: name, pass: made[name] } })
      const { response } = await transport.sendMail({
        from: given.from,
        to: 'you@gmail.com',
        subject: name,
        text: 'Hello.',
      })
      assert.match(response, /^250 /, name)
    }
  })

  test('prints records, looks at them, and reads replies: records.md, replies.md', async t => {
    const folder = tempFolder(t)
    const sh = newcomer(folder, world())
    writeFileSync(join(folder, 'postrider.yaml'), 'hostname: mail.example.com\n')
    const [zone = '', table = '', doctor = ''] = commandsOf(read('records.md'))
    assert.match(await run(sh, zone), /v=spf1/)
    assert.match(await run(sh, table), /v=spf1/)
    await run(sh, doctor, [0, 1, 2, 69, 75])
    for (const command of commandsOf(read('replies.md')))
      assert.doesNotMatch(await run(sh, command), /^by rule (?:code|words|enhanced)\./m, command)
  })

  test('knows what a bundler does: runtimes.md', async t => {
    const page = read('runtimes.md')
    const folder = tempFolder(t)
    const bundle = (contents: string, options: object): Promise<unknown> =>
      build({
        stdin: { contents, resolveDir: ROOT },
        bundle: true,
        format: 'esm',
        logLevel: 'silent',
        outfile: join(folder, 'app.mjs'),
        ...options,
      })
    const app = `import { createMailer } from '@postrider/core'
const options = { hostname: 'mail.example.com', preflight: 'off', queue: { path: 'queue.db' } }
await using mailer = await createMailer(options, { deliver: false })
console.log((await mailer.queue.counts()).messages)
`
    await bundle(app, { platform: 'node' })
    const sh = newcomer(folder, world())
    const swallowed = await sh(`${process.execPath} app.mjs`).ended()
    const [, told = ''] = /`(Dynamic require [^`]+)`/.exec(page) ?? []
    assert.ok(told !== '' && swallowed.stderr.includes(told), swallowed.stderr)
    await bundle(app, { platform: 'node', packages: 'external' })
    assert.equal(await run(sh, `${process.execPath} app.mjs`), '0\n')
    // A platform that has nothing of Node's.
    await bundle("export * from '@postrider/core/http'", { platform: 'browser' })
    writeFileSync(join(folder, 'mailer.ts'), `${blocks(page, 'ts')[0]}\nawait (await mailer()).close()\n`)
    writeFileSync(join(folder, 'postrider.yaml'), 'hostname: mail.example.com\npreflight: warn\n')
    await run(sh, `${process.execPath} --conditions=@postrider/source mailer.ts`)
  })
})
