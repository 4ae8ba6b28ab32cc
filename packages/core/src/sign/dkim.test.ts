import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { createRequire } from 'node:module'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { compose, inspect, normalise } from '../compose/index.ts'
import type { Domain } from '../model/address.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import type { Draft } from '../model/draft.ts'
import { sign } from './dkim.ts'
import { dkimRecord, generateDkimKey } from './keygen.ts'

interface Verified {
  readonly results: readonly {
    readonly status: { readonly result: string; readonly comment?: string }
    readonly algo: string
    readonly signingDomain: string
  }[]
}
const require = createRequire(import.meta.url)
const { dkimVerify } = require('mailauth/lib/dkim/verify') as {
  readonly dkimVerify: (input: Buffer, options: object) => Promise<Verified>
}

const NOW = Date.UTC(2026, 10, 21)
const rsa = (await generateDkimKey({ domain: 'example.com', selector: 'rsa' })).key
const ed = (await generateDkimKey({ domain: 'example.com', selector: 'ed', algorithm: 'ed25519-sha256' })).key

async function verify(bytes: Buffer, keys: readonly DkimKey[] = [rsa, ed], at = NOW): Promise<string[]> {
  const records = new Map(keys.map(key => [dkimRecord(key).name, dkimRecord(key).value]))
  const resolver = async (name: string): Promise<string[][]> => {
    const value = records.get(name)
    if (value === undefined) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
    return [[value]]
  }
  const { results } = await dkimVerify(bytes, { resolver, strict: true, curTime: new Date(at) })
  return results.map(({ algo, status }) => `${algo} ${status.result}`)
}

const BOTH = ['rsa-sha256 pass', 'ed25519-sha256 pass']
const raw = (...lines: string[]) => inspect(Buffer.from(lines.map(line => `${line}\r\n`).join('')))
const plain = raw('From: a@example.com', 'To: b@example.net', 'Subject: x', '', 'body')

async function drafted(draft: Partial<Draft>) {
  const limits = { messageBytes: 1e6, recipients: 10 }
  const whole = { from: 'Alice <alice@example.com>', to: 'bob@example.net', text: '', ...draft }
  return (await compose(whole, { now: NOW, hostname: 'mail.example.com' as Domain, limits })).message
}

suite('sign: mailauth verifies what we signed', () => {
  for (const [name, message] of [
    ['a text', drafted({ subject: 'Hello', text: 'Hi,\n\nhow are you?\n' })],
    [
      'html with an attachment',
      drafted({ html: '<p>  Hi </p>', attachments: [{ filename: 'a.bin', content: Buffer.alloc(5000, 3) }] }),
    ],
    ['UTF-8', drafted({ subject: 'Grüße '.repeat(30), text: 'Привет\n\nGrüße' })],
    ['internationalised addresses', drafted({ from: 'ärger@example.com', to: 'δοκιμή@παράδειγμα.example' })],
    [
      'lists',
      drafted({ listUnsubscribe: { url: 'https://example.com/u' }, headers: { 'List-Id': '<x.example.com>' } }),
    ],
    [
      'a folded header',
      raw('From: a@example.com', 'Subject:', ' one  two\t', '\tthree ', 'To : b@example.net', '', 'x'),
    ],
    ['an empty body', raw('From: a@example.com', '')],
    ['a header without an empty line', raw('From: a@example.com', 'Subject: x', '')],
    ['empty lines at the end', raw('From: a@example.com', '', 'x', '', '', '')],
    ['white space at the ends of lines', raw('From: a@example.com', '', 'x \t', ' y  z ', '\t', '   ')],
    ['an 8-bit body and header', raw('From: a@example.com', 'Subject: à ', '', 'grün')],
    [
      'repeated fields',
      raw(
        'To: a@example.net',
        'From: a@example.com',
        'To: b@example.net',
        'Cc: c@example.net',
        'Cc: d@example.net',
        '',
        'x',
      ),
    ],
    ['an empty field', raw('From: a@example.com', 'Subject:', 'To: ', '', 'x')],
  ] as const) {
    test(name, async () => {
      const signed = await sign(await message, [ed, rsa], NOW)
      assert.deepEqual(await verify(signed.bytes), BOTH)
    })
  }

  test('any message with CRLF line ends', async () => {
    const piece = fc.constantFrom('a', ' ', '  ', '\t', '\r\n', '\r\n\r\n', 'ü', '.', 'word', ':', '=')
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 30 }),
        fc.array(piece, { maxLength: 30 }),
        async (subject, body) => {
          const folded = subject.join('').replace(/(?:\r\n)+/g, '\r\n ')
          const bytes = normalise(Buffer.from(`From: a@example.com\r\nSubject: x${folded}\r\n\r\n${body.join('')}`))
          const signed = await sign(inspect(bytes), [ed], NOW)
          assert.deepEqual(await verify(signed.bytes), ['ed25519-sha256 pass'])
        },
      ),
      { numRuns: 300 },
    )
  })
})

suite('sign', () => {
  test('RSA stands above Ed25519, whatever the order of the keys', async () => {
    const text = (await sign(plain, [ed, rsa], NOW)).bytes.toString()
    assert.ok(text.indexOf('a=rsa-sha256') < text.indexOf('a=ed25519-sha256'))
  })

  test('the facts are those of the signed bytes, without reading them again', async () => {
    const signed = await sign(plain, [rsa, ed], NOW)
    assert.deepEqual(signed, inspect(signed.bytes))
  })

  test('the message itself is not touched', async () => {
    const before = plain.bytes.toString()
    const signed = await sign(plain, [rsa], NOW)
    assert.equal(plain.bytes.toString(), before)
    assert.ok(signed.bytes.toString().endsWith(before))
  })

  test('no line of a signature is longer than 78 octets (RFC 5322 §2.1.1)', async () => {
    const message = await drafted({
      replyTo: 'r@example.com',
      cc: 'c@example.net',
      listUnsubscribe: { url: 'https://example.com' },
    })
    const signed = await sign(message, [rsa, ed], NOW, { validForMs: 1000 })
    const header = signed.bytes.toString('latin1', 0, signed.bytes.length - message.bytes.length)
    for (const line of header.split('\r\n')) assert.ok(line.length <= 78, line)
  })

  test('a second From, added on the way, breaks the signature', async () => {
    const signed = await sign(plain, [rsa], NOW)
    const forged = Buffer.concat([Buffer.from('From: evil@example.org\r\n'), signed.bytes])
    assert.deepEqual(await verify(forged), ['rsa-sha256 fail'])
  })

  for (const [name, from, to] of [
    ['Subject', 'Subject: x', 'Subject: y'],
    ['To', 'To: b@', 'To: c@'],
    ['the body', 'body', 'bodi'],
    ['text after the body', 'body\r\n', 'body\r\nmore\r\n'],
  ] as const) {
    test(`a change of ${name} breaks the signature`, async () => {
      const signed = await sign(plain, [rsa], NOW)
      const changed = Buffer.from(signed.bytes.toString('latin1').replace(from, to), 'latin1')
      assert.deepEqual(await verify(changed), ['rsa-sha256 fail'])
    })
  }

  test('the one-click field is covered (RFC 8058 §4)', async () => {
    const signed = await sign(await drafted({ listUnsubscribe: { url: 'https://example.com/u' } }), [rsa], NOW)
    assert.match(
      signed.bytes.toString().replace(/\r\n\s+/g, ''),
      /h=[^;]*:list-unsubscribe-post:list-unsubscribe:[^;]*;/,
    )
  })

  test('t= is the time of signing and x= the end of it, after which it counts for nothing', async () => {
    const signed = await sign(plain, [rsa], NOW, { validForMs: 60_000 })
    assert.match(signed.bytes.toString(), / t=1795219200; x=1795219260;/)
    assert.deepEqual(await verify(signed.bytes, [rsa], NOW + 3_600_000), ['rsa-sha256 neutral'])
  })

  test('many signatures at once are all right', async () => {
    const signed = await Promise.all(Array.from({ length: 20 }, () => sign(plain, [rsa], NOW)))
    for (const { bytes } of signed) assert.deepEqual(await verify(bytes), ['rsa-sha256 pass'])
  })
})

suite('sign fails closed', () => {
  test('without a key', () => assert.rejects(sign(plain, [], NOW), { code: 'cannot-sign' }))

  test('without From (RFC 6376 §5.4)', () =>
    assert.rejects(sign(raw('Subject: x', '', 'x'), [rsa], NOW), { code: 'cannot-sign' }))

  test('when one of several keys does not sign', async () => {
    const useless = { ...rsa, selector: 'useless', privateKey: createPublicKey(rsa.privateKey) }
    await assert.rejects(sign(plain, [rsa, useless], NOW), {
      code: 'cannot-sign',
      fix: /useless\._domainkey\.example\.com/,
    })
  })

  test('when the key is of another kind than it says', async () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    await assert.rejects(sign(plain, [{ ...ed, privateKey: ec }], NOW), { code: 'cannot-sign' })
  })
})
