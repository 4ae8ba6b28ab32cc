import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { MailerError } from '../model/error.ts'
import { defaultTimeouts } from '../smtp/index.ts'
import { jsonSchema, optionRows } from './describe.ts'
import { variableOf } from './environment.ts'
import { repairPem, resolveOptions } from './resolve.ts'

const context = { cwd: '/srv', machineName: 'mail.example.com' }

suite('the schema of options', () => {
  test('has a doc line for every key, and a variable of its own', async () => {
    const rows = await optionRows()
    for (const { key, doc } of rows) assert.ok(doc.endsWith('.'), `${key} has no doc line`)
    assert.equal(new Set(rows.map(row => row.variable)).size, rows.length)
    assert.equal(variableOf(['queue', 'keepHistoryMs']), 'POSTRIDER_QUEUE_KEEP_HISTORY_MS')
    assert.equal(variableOf(['dkim', 1, 'selector']), 'POSTRIDER_DKIM_1_SELECTOR')
  })

  test('has the time-outs that the SMTP client has', async () => {
    const { options } = await resolveOptions({}, context)
    assert.deepEqual({ ...options.delivery.timeouts }, { ...defaultTimeouts })
  })

  test('of an editor knows nothing of our notes, and every default', async () => {
    const text = JSON.stringify(await jsonSchema())
    assert.doesNotMatch(text, /"(?:wanted|secret)":/)
    assert.match(text, /"messageBytes":\{"default":51200000/)
  })
})

suite('options given in code', () => {
  test('are refused like those of a file', async () => {
    await assert.rejects(resolveOptions({ delivery: { prot: 25 } } as never, context), (error: unknown) => {
      assert.ok(MailerError.is(error))
      assert.equal(error.code, 'invalid-option')
      assert.equal(error.where, 'delivery.prot')
      assert.equal(
        error.message,
        'options: delivery.prot: found a key that does not exist, wanted delivery.port (did you mean that?)',
      )
      return true
    })
  })

  test('may hold undefined where a key could be left out', async () => {
    const { options } = await resolveOptions({ hostname: undefined, delivery: { port: undefined } }, context)
    assert.equal(options.delivery.port, 25)
  })

  test('need a full host name, because only such a name may stand in EHLO (RFC 5321 §2.3.5)', async () => {
    await assert.rejects(
      resolveOptions({}, { cwd: '/srv', machineName: 'vm' }),
      /hostname: found nothing, and this machine calls itself "vm"/,
    )
    const { options } = await resolveOptions({ hostname: 'Mail.Exämple.com.' }, { cwd: '/srv', machineName: 'vm' })
    assert.equal(options.hostname, 'mail.xn--exmple-cua.com')
    assert.equal(options.notices.from, 'MAILER-DAEMON@mail.xn--exmple-cua.com')
  })

  test('take suffixes and literal domains for routes, in the form that DNS compares', async () => {
    const routes = [{ domain: '.Example.COM', host: 'Relay.example.net', port: 465 }]
    const { options } = await resolveOptions({ routes }, context)
    assert.equal(options.routes[0]?.domain, '.example.com')
    assert.equal(options.routes[0]?.host, 'relay.example.net')
    assert.equal(options.routes[0]?.implicitTls, true)
  })
})

test('PEM that is whole is left as it is', () => {
  const pem = '-----BEGIN RSA PRIVATE KEY-----\nabc\ndef\n-----END RSA PRIVATE KEY-----\n'
  assert.equal(repairPem(pem), pem)
  assert.equal(repairPem('nothing of the kind'), 'nothing of the kind')
})

suite('addresses to send from', () => {
  const refused = (egress: object) => resolveOptions({ egress }, context)

  test('are a list, or have names, weights and pools', async () => {
    const plain = (await resolveOptions({ egress: { addresses: ['192.0.2.1'] } }, context)).options.egress
    assert.deepEqual(
      { ...plain, sources: [...plain.sources] },
      {
        addresses: ['192.0.2.1'],
        sources: [{ address: '192.0.2.1', weight: 1 }],
        publicAddresses: [],
      },
    )
    const sources = [
      { address: '10.0.0.1', publicAddress: '192.0.2.1', hostname: 'News.Example.com', pool: 'news', weight: 3 },
      { address: '192.0.2.2' },
    ]
    const { egress } = (await resolveOptions({ egress: { sources } }, context)).options
    assert.deepEqual(egress.sources[0], {
      address: '10.0.0.1',
      weight: 3,
      hostname: 'news.example.com',
      publicAddress: '192.0.2.1',
      pool: 'news',
    })
    assert.deepEqual(egress.addresses, ['10.0.0.1', '192.0.2.2'])
    assert.deepEqual(egress.publicAddresses, ['192.0.2.1', '192.0.2.2'])
  })

  test('may have a server beside them that takes what would wait', async () => {
    const login = { user: 'me', password: 'secret' }
    const { egress } = (await resolveOptions({ egress: { overflow: { host: 'smtp.example.net', login } } }, context))
      .options
    assert.deepEqual(egress.overflow, {
      domain: '*',
      host: 'smtp.example.net',
      port: 587,
      tls: 'verified',
      implicitTls: false,
      concurrency: 10,
      login: { ...login, method: 'auto' },
      afterMs: 3_600_000,
    })
    await assert.rejects(refused({ overflow: { port: 25 } }), /egress\.overflow: .*a route with either host or service/)
  })

  test('stand once, in one of the two ways', async () => {
    await assert.rejects(
      refused({ addresses: ['192.0.2.1', '192.0.2.1'] }),
      /egress\.addresses\.1: found 192\.0\.2\.1, which/,
    )
    const sources = [{ address: '192.0.2.1' }]
    await assert.rejects(refused({ addresses: ['192.0.2.2'], sources }), /wanted all of them in egress\.sources/)
    await assert.rejects(refused({ sources: [{ address: 'mail' }] }), /egress\.sources\.0\.address.*an IP address/)
    await assert.rejects(refused({ sources: [{ address: '192.0.2.1', weight: 0 }] }), /weight/)
    await assert.rejects(refused({ sources: [{ address: '192.0.2.1', pool: 'a b' }] }), /a short name/)
  })
})
