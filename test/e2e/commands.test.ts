/** The program as it is called: what starting it costs, accounts, the relay, a test message, a judgement. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { createTransport } from 'nodemailer'
import { runScript, startProgram } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'
import { type } from '../support/terminal.ts'
import { openWorld } from '../support/world.ts'

const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/postrider.js')

suite('the program', () => {
  test('says its version without loading the mailer, the relay or a prompt', async () => {
    const code = `
      import { registerHooks } from 'node:module'
      const loaded = []
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
      process.argv = [process.execPath, 'postrider', '--version']
      process.on('exit', () => process.stderr.write(JSON.stringify(loaded)))
      await import(${JSON.stringify(PROGRAM)})`
    const { code: exit, stdout, stderr } = await runScript(code, { cwd: import.meta.dirname })
    assert.equal(exit, 0, stderr)
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
    const loaded = JSON.parse(stderr) as string[]
    // Of core, the entry of texts alone.
    const heavy =
      /packages\/(?:core\/src\/(?!language)|core\/dist\/(?!language)|relay\/)|node_modules\/(?!commander\/|fast-string-)|node:(?:tls|sqlite|net)$/
    assert.deepEqual(
      loaded.filter(url => heavy.test(url)),
      [],
    )
    // Each command is one.
    assert.ok(loaded.length < 100, `${loaded.length} modules`)
  })

  test('refuses an unknown command and an unknown flag with EX_USAGE, and says where to look', async () => {
    for (const args of [['doktor'], ['doctor', '--whatever'], ['user']]) {
      const { code, stderr } = await startProgram(process.execPath, { args: [PROGRAM, ...args] }).ended()
      assert.equal(code, 64, args.join(' '))
      assert.match(stderr, /postrider|error|Usage/)
    }
  })
})

suite('postrider user', () => {
  test('adds, lists, changes and removes; a password is never taken from the command line', async t => {
    const cwd = tempFolder(t)
    const env = { POSTRIDER_HOSTNAME: 'mail.example.com', POSTRIDER_QUEUE_PATH: join(cwd, 'queue.db') }
    const typed = (line: string, more: object = {}) => type(line, { cwd, env, ...more })
    const made = await typed('user add forum', { flags: { generate: true, sender: ['*@example.com'] } })
    assert.match(made.out, /^added: forum\npassword: \S{32}\n$/)
    assert.equal((await typed('user add forum', { stdin: 'x\n' })).code, 65)
    assert.equal((await typed('user add Bob', { stdin: 'secret\n' })).code, 0)
    const listed = (await typed('user list', { json: true })).out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    assert.deepEqual(listed, [
      { name: 'bob', senders: [], kept: 'accounts file' },
      { name: 'forum', senders: ['*@example.com'], kept: 'accounts file' },
    ])
    assert.equal((await typed('user passwd bob', { stdin: 'other\n' })).code, 0)
    assert.equal((await typed('user change bob', { flags: { sender: ['bob@example.com'], perDay: '100' } })).code, 0)
    assert.equal((await typed('user remove bob')).code, 0)
    assert.equal((await typed('user remove bob')).code, 65)
    assert.equal((await typed('user passwd nobody', { stdin: 'x\n' })).code, 65)
    await assert.rejects(typed('user add eve', { stdin: '' }), /the password is empty/)
    await assert.rejects(typed('user add eve', { stdin: 'x', flags: { sender: ['not an address'] } }), /--sender/)
    assert.match((await typed('user hash', { stdin: 'x\n', json: true })).out, /\$scrypt\$/)
  })
})

suite('postrider user, of the web interface', () => {
  test('adds somebody with a link that is good once, resets, changes and removes; a name is of one kind', async t => {
    const cwd = tempFolder(t)
    const env = {
      POSTRIDER_HOSTNAME: 'mail.example.com',
      POSTRIDER_QUEUE_PATH: join(cwd, 'queue.db'),
      POSTRIDER_RELAY_HTTP_LISTEN: '127.0.0.1:8080/plain',
    }
    const typed = (line: string, more: object = {}) => type(line, { cwd, env, ...more })
    const link = /^link: http:\/\/127\.0\.0\.1:8080\/ui\/#\/login\?link=[\w-]{43}$/m
    const made = await typed('user add Anna', { flags: { role: 'operate' } })
    assert.equal(made.code, 0)
    assert.match(made.out, link)
    assert.equal((await typed('user add anna', { flags: { role: 'see' } })).code, 65)
    assert.equal((await typed('user add anna', { stdin: 'x\n' })).code, 65)
    assert.equal((await typed('user add forum', { stdin: 'x\n' })).code, 0)
    assert.equal((await typed('user add forum', { flags: { role: 'see' } })).code, 65)
    await assert.rejects(typed('user add bob', { flags: { role: 'root' } }), /see, operate/)
    await assert.rejects(typed('user add bob', { flags: { content: true } }), /--role/)
    await assert.rejects(typed('user add bob', { flags: { role: 'see', sender: ['*'] } }), /--role and --content/)
    assert.equal((await typed('user change anna', { flags: { role: 'admin', content: true } })).code, 0)
    const listed = (await typed('user list', { json: true })).out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    assert.deepEqual(listed, [
      { name: 'forum', senders: [], kept: 'accounts file' },
      { name: 'anna', role: 'admin', content: true, kept: 'interface' },
    ])
    assert.match((await typed('user list')).out, /anna +admin +yes/)
    assert.equal((await typed('user change anna', { flags: { content: false } })).code, 0)
    assert.match((await typed('user list')).out, /anna +admin +no/)
    const reset = await typed('user reset anna')
    assert.match(reset.out, link)
    assert.equal((await typed('user reset forum')).code, 65)
    assert.equal((await typed('user remove anna')).code, 0)
    assert.equal((await typed('user remove anna')).code, 65)
    const without = await type('user add anna', {
      cwd,
      env: { ...env, POSTRIDER_RELAY_HTTP_LISTEN: '' },
      flags: { role: 'see' },
    })
    assert.match(without.err, /relay\.http\.listen/)
  })
})

suite('postrider key', () => {
  test('adds, lists and removes keys of accounts that are there, and shows a key once', async t => {
    const cwd = tempFolder(t)
    const typed = (line: string, options: object = {}) =>
      type(line, { cwd, env: { POSTRIDER_HOSTNAME: 'mail.abc.mail', POSTRIDER_QUEUE_PATH: 'queue.db' }, ...options })
    const account = 'shop'
    assert.equal((await typed('key add shop', { flags: { account } })).code, 65)
    assert.equal((await typed('user add shop', { stdin: 'x\n' })).code, 0)
    const flags = {
      account: 'Shop',
      scope: ['send', 'read'],
      domain: ['Example.com'],
      network: ['10.0.0.0/8'],
      expiresDays: '30',
    }
    const added = await typed('key add shop', { flags, json: true })
    assert.equal(added.code, 0)
    const made = JSON.parse(added.out) as { readonly id: string; readonly key: string; readonly account: string }
    assert.ok(made.key.startsWith('re_'))
    const listed = await typed('key list', { json: true })
    assert.equal(listed.out.includes(made.key), false)
    const { expiresAt, createdAt, ...shown } = JSON.parse(listed.out) as Record<string, string>
    const bounds = { domains: ['example.com'], networks: ['10.0.0.0/8'] }
    assert.deepEqual(shown, { id: made.id, name: 'shop', account, scopes: ['send', 'read'], ...bounds })
    assert.ok((expiresAt ?? '') > (createdAt ?? ''))
    assert.match((await typed('key list')).out, /send read +example\.com/)
    await assert.rejects(typed('key add shop'), /wanted --account, whom the key acts as, or --operator/)
    await assert.rejects(typed('key add x', { flags: { account, operator: true } }), /and not both/)
    await assert.rejects(typed('key add x', { flags: { account, network: ['10.0.0.0/40'] } }), /--network: found/)
    const operator = JSON.parse((await typed('key add desk', { flags: { operator: true }, json: true })).out)
    assert.match((await typed('key list')).out, /desk +\(operator\) +read +any +any/)
    assert.equal((await typed(`key remove ${operator.id}`)).code, 0)
    await assert.rejects(typed('key add shop', { flags: { account, scope: ['all'] } }), /--scope: found "all"/)
    await assert.rejects(typed('key add shop', { flags: { account, domain: ['not a domain'] } }), /--domain/)
    await assert.rejects(typed('key add shop', { flags: { account, expiresDays: '0' } }), /--expires-days/)
    assert.equal((await typed(`key remove ${made.id}`)).code, 0)
    assert.equal((await typed(`key remove ${made.id}`)).code, 65)
    assert.match((await typed('key list')).out, /no keys/)
  })
})

suite('postrider serve', () => {
  test('takes mail from an account that `user` made, and ends with 0 when it is told to stop', async t => {
    const cwd = tempFolder(t)
    const config = [
      'hostname: mail.sender.test',
      'preflight: off',
      'queue: { path: relay/queue.db }',
      'dns: { servers: ["127.0.0.1:9"], timeoutMs: 1000 }',
      'relay: { listen: ["127.0.0.1:0", "127.0.0.1:0/tls"], domains: [sender.test] }',
    ]
    writeFileSync(join(cwd, 'postrider.yaml'), `${config.join('\n')}\n`)
    assert.equal((await type('user add forum', { cwd, stdin: 'secret\n' })).code, 0)
    const relay = startProgram(process.execPath, { args: [PROGRAM, 'serve'], cwd })
    t.after(() => relay.stop())
    const port = await listeningPort(relay)
    const client = createTransport({
      host: '127.0.0.1',
      port,
      auth: { user: 'forum', pass: 'secret' },
      tls: { rejectUnauthorized: false },
    })
    const { response } = await client.sendMail({
      from: 'forum@sender.test',
      to: 'you@dest.test',
      subject: 'Hello',
      text: 'It works.',
    })
    client.close()
    assert.match(response, /^250 /)
    assert.match(relay.stderr(), /Made a DKIM key for sender\.test[\s\S]*Made a self-signed certificate/)
    const { code, stderr } = await relay.stop(60_000)
    assert.equal(code, 0, stderr)
  })
})

async function listeningPort(relay: ReturnType<typeof startProgram>): Promise<number> {
  for (let tries = 0; tries < 5000; tries++) {
    const port = /listening on 127\.0\.0\.1:(\d+)/.exec(relay.stderr())?.[1]
    if (port !== undefined) return Number(port)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  throw new Error(`it does not listen:\n${relay.stderr()}`)
}

suite('postrider test', () => {
  const write = (folder: string, port: number): void =>
    writeFileSync(
      join(folder, 'postrider.yaml'),
      `hostname: mail.sender.test\npreflight: warn\nqueue: { path: test.db }\negress: { publicAddresses: [203.0.113.5] }\ndelivery: { port: ${port}, allowPrivateAddresses: true }\n`,
    )

  test('sends a message that says what was checked, follows it, and says what the provider answered', async t => {
    await using world = await openWorld()
    const cwd = tempFolder(t)
    write(cwd, world.mx[0]!.port)
    const { out, code } = await type('test you@dest.test', { cwd, seams: { resolver: world.dns } })
    assert.equal(code, 0, out)
    assert.match(out, /Delivered to you@dest\.test: mx1\.dest\.test/)
    assert.match(out, /postrider test --judge/)
    const [received] = world.mx[0]!.messages
    const text = received?.content.toString('utf8').replaceAll('=\r\n', '') ?? ''
    assert.match(text, /From: postmaster@sender\.test/)
    assert.match(text, /spf\.exists: sender\.test TXT: no SPF record/)
  })

  test('ends at the first deferral, with the reply and its reason, and leaves the message in the queue', async t => {
    await using world = await openWorld({
      hosts: [{ answer: ({ verb }) => (verb === 'RCPT' ? '451 4.7.1 Greylisted, try again later' : undefined) }],
    })
    const cwd = tempFolder(t)
    write(cwd, world.mx[0]!.port)
    const { out, code } = await type('test you@dest.test', { cwd, seams: { resolver: world.dns } })
    assert.equal(code, 75)
    assert.match(out, /451 4\.7\.1 Greylisted/)
    assert.match(out, /postrider explain \S{20}/)
    assert.match((await type('queue list', { cwd })).out, /you@dest\.test/)
  })

  test('judges the header that is pasted, without any configuration', async t => {
    const cwd = tempFolder(t)
    const header =
      'Authentication-Results: mx.test; spf=fail smtp.mailfrom=a@b.test; dkim=pass header.d=b.test\nFrom: a@b.test\n'
    const { out, code } = await type('test', { cwd, flags: { judge: true }, stdin: header })
    assert.equal(code, 2)
    assert.match(out, /fail +received\.spf/)
    assert.match(out, /fix: +postrider doctor b\.test --only spf/)
    writeFileSync(join(cwd, 'copy.eml'), header)
    const { out: json } = await type('test', { cwd, flags: { eml: 'copy.eml' }, json: true })
    assert.equal(JSON.parse(json).worst, 'fail')
    await assert.rejects(type('test', { cwd, flags: { judge: true }, stdin: '\n' }), /no header field/)
  })
})
