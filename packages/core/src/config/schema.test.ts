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
