import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { MailerError } from '../model/error.ts'
import { lay, load, PEM, refusal } from './load.fixture.ts'
import { loadConfig } from './load.ts'

suite('loading the configuration', () => {
  test('without a file and without variables every option has its default', async () => {
    const { options, file, warnings } = await load({})
    assert.equal(file, undefined)
    assert.deepEqual(warnings, [])
    assert.equal(options.hostname, 'mail.example.com')
    assert.equal(options.delivery.port, 25)
    assert.equal(options.limits.messageBytes, 51_200_000)
    assert.equal(options.preflight, 'enforce')
    assert.ok(Object.isFrozen(options) && Object.isFrozen(options.delivery.retry.scheduleMs))
  })

  test('paths in the file are relative to the file, paths in variables to the working directory', async () => {
    const cwd = lay({ files: { 'key.pem': PEM } })
    const elsewhere = lay({ yaml: 'queue:\n  path: mail.db\n' })
    const config = { POSTRIDER_CONFIG: join(elsewhere, 'postrider.yaml') }
    const fromFile = await loadConfig({ env: config, cwd, machineName: 'mail.example.com' })
    assert.equal(fromFile.options.queue.path, join(elsewhere, 'mail.db'))
    const env = { ...config, POSTRIDER_QUEUE_PATH: 'mail.db' }
    const fromEnv = await loadConfig({ env, cwd, machineName: 'mail.example.com' })
    assert.equal(fromEnv.options.queue.path, join(cwd, 'mail.db'))
    assert.equal(fromEnv.options.mtaSts.cacheFile, join(cwd, 'mail.db.mta-sts'))
  })

  test('a queue can be a PostgreSQL database, whose password is never shown', async () => {
    const url = 'postgres://me:hush@db.example.com/mail'
    assert.equal((await load({ env: { POSTRIDER_QUEUE_URL: url } })).options.queue.url, url)
    await assert.rejects(load({ env: { POSTRIDER_QUEUE_URL: 'mysql://me:hush@db.example.com/mail' } }), error => {
      assert.match(String(error), /wanted postgres:\/\/user:password@host\/database/)
      assert.doesNotMatch(String(error), /hush/)
      return true
    })
  })

  test('a queue in memory stays in memory, and so do MTA-STS policies', async () => {
    const { options } = await load({ yaml: 'queue: { path: ":memory:" }\n' })
    assert.equal(options.queue.path, ':memory:')
    assert.equal(options.mtaSts.cacheFile, undefined)
  })

  test('a variable wins over the file, one key at a time', async () => {
    const { options } = await load({
      yaml: 'delivery:\n  port: 26\n  ipFamily: 6\ndns:\n  servers: [192.0.2.1]\n',
      env: { POSTRIDER_DELIVERY_PORT: '2525', POSTRIDER_DNS_SERVERS: '127.0.0.1:5300, [::1]:53' },
    })
    assert.equal(options.delivery.port, 2525)
    assert.equal(options.delivery.ipFamily, 6)
    assert.deepEqual(options.dns.servers, ['127.0.0.1:5300', '[::1]:53'])
  })

  test('a variable for a part wins over the one for the whole list, whichever is set first', async () => {
    const whole = { POSTRIDER_DNS_SERVERS: '192.0.2.1, 192.0.2.9' }
    const part = { POSTRIDER_DNS_SERVERS_1: '192.0.2.2' }
    for (const env of [
      { ...whole, ...part },
      { ...part, ...whole },
    ]) {
      assert.deepEqual((await load({ env })).options.dns.servers, ['192.0.2.1', '192.0.2.2'])
    }
  })

  test('an empty variable is as good as none', async () => {
    const { options } = await load({ env: { POSTRIDER_DELIVERY_PORT: '' } })
    assert.equal(options.delivery.port, 25)
  })

  test('what Kubernetes makes up for a service called postrider is not ours', async () => {
    const env = {
      POSTRIDER_SERVICE_HOST: '10.0.0.7',
      POSTRIDER_SERVICE_PORT_SMTP: '587',
      POSTRIDER_PORT: 'tcp://10.0.0.7:587',
      POSTRIDER_PORT_587_TCP_ADDR: '10.0.0.7',
      POSTRIDER_RELAY_SERVICE_HOST: '10.0.0.8',
    }
    await load({ env })
  })

  test('a key in a variable may have lost its line ends', async () => {
    const escaped = PEM.replaceAll('\n', '\\n')
    for (const privateKey of [PEM, escaped, PEM.trim().replaceAll('\n', ' '), PEM.replaceAll('\n', '\r\n')]) {
      const dkim = [{ domain: 'Example.com', selector: 'S1', privateKey }]
      const { options } = await load({ env: { POSTRIDER_DKIM: JSON.stringify(dkim) } })
      const [key] = options.dkim
      assert.equal(key?.domain, 'example.com')
      assert.equal(key?.privateKey.replaceAll('\r', ''), PEM)
    }
  })

  test('a key file that others may read is a warning, not a refusal', async () => {
    const cwd = lay({
      yaml: 'dkim:\n  - { domain: example.com, selector: s1, privateKeyFile: key.pem }\n',
      files: { 'key.pem': PEM },
    })
    assert.deepEqual((await load({}, cwd)).warnings, [])
    chmodSync(join(cwd, 'key.pem'), 0o644)
    const { warnings, options } = await load({}, cwd)
    assert.match(warnings[0] ?? '', /key\.pem: found a private key that everyone on this machine may read/)
    assert.equal(options.dkim[0]?.source, join(cwd, 'key.pem'))
  })

  test("a file that a relay shares is read without the relay's section, and with it when its schema is given", async () => {
    const cwd = lay({ yaml: 'hostname: mail.example.com\nrelay:\n  port: 587\n' })
    const env = { POSTRIDER_RELAY_PORT: '588' }
    assert.deepEqual((await loadConfig({ env, cwd })).sections, {})
    const relay = await loadConfig({
      env,
      cwd,
      extension: z => ({ relay: z.strictObject({ port: z.int().default(25) }).prefault({}) }),
    })
    assert.deepEqual(relay.sections, { relay: { port: 588 } })
  })

  test('figures of a provider may be set by its id', async () => {
    const { options } = await load({ yaml: 'providers: [{ id: microsoft365, connections: 9 }]\n' })
    assert.deepEqual(options.providers, [{ id: 'microsoft365', connections: 9 }])
    assert.deepEqual((await load({ yaml: '' })).options.providers, [])
  })

  test('a login may keep its password in a file, and is verified TLS by default', async () => {
    const { options } = await load({
      yaml: 'routes:\n  - domain: "*"\n    host: smtp.example.net\n    login: { user: me, passwordFile: secret }\n',
      files: { secret: 'hush\n' },
    })
    assert.deepEqual(options.routes[0], {
      domain: '*',
      host: 'smtp.example.net',
      port: 587,
      tls: 'verified',
      implicitTls: false,
      concurrency: 10,
      login: { user: 'me', password: 'hush', method: 'auto' },
      passwordFile: options.routes[0]?.passwordFile,
    })
    assert.ok(isAbsolute(options.routes[0]?.passwordFile ?? ''))
  })

  test('a secret is never shown in an error', async () => {
    const env = {
      POSTRIDER_ROUTES: JSON.stringify([{ domain: '*', host: 'a.example', login: { user: 'a', password: 5551234 } }]),
    }
    const [line] = await refusal({ env })
    assert.doesNotMatch(line ?? '', /5551234/)
    assert.match(line ?? '', /routes\.0\.login\.password: found a number, wanted a text/)
  })

  test('whatever stands in the file, it is accepted or refused with a line, and nothing else happens', async () => {
    const cwd = lay({})
    const word = fc.constantFrom(
      'hostname',
      'dkim',
      'dns',
      'servers',
      '__proto__',
      'constructor',
      '&a',
      '*a',
      '!!js',
      '<<',
    )
    const text = fc.array(fc.oneof(fc.string(), fc.constantFrom(': ', '\n', '\n  - ', '\n  ', '{', '[', '"'), word), {
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(text, async parts => {
        writeFileSync(join(cwd, 'postrider.yaml'), parts.join(''))
        const error = await load({}, cwd).then(
          () => undefined,
          (error: unknown) => error,
        )
        if (error === undefined) return
        assert.ok(MailerError.is(error) && error.code === 'invalid-config', String(error))
        for (const line of error.message.split('\n')) assert.match(line, /postrider\.yaml.*: found .*, wanted ./)
        assert.equal(({} as { polluted?: unknown }).polluted, undefined)
      }),
      { numRuns: 300 },
    )
  })
})
