import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { createPublicKey } from 'node:crypto'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { dkimRecord, generateDkimKey } from '../sign/index.ts'
import { createFakeDns } from '../testing/fake-dns.ts'
import { checkDkimKey, dkimRecordOf } from './dkim.ts'
import { txtLine } from './record-text.ts'
import { parseTags } from './tags.ts'

const { key: rsa } = await generateDkimKey({ domain: 'example.com', selector: 's1' })
const { key: ed } = await generateDkimKey({ domain: 'example.com', selector: 's2', algorithm: 'ed25519-sha256' })

async function verifies(key: typeof rsa, ...TXT: string[]): Promise<string> {
  const resolver = createFakeDns({ [dkimRecordOf(key).name]: { TXT } })
  return (await checkDkimKey({ resolver, signal: new AbortController().signal }, key)).verifies
}

suite('the published DKIM key', () => {
  test('is the record that the signer prints', () => {
    for (const key of [rsa, ed]) assert.deepEqual(dkimRecordOf(key), dkimRecord(key))
  })

  test('is ours in every form that verifiers take', async () => {
    const p = rsa.publicKey
    const pkcs1 = createPublicKey(rsa.privateKey).export({ format: 'der', type: 'pkcs1' })
    assert.equal(await verifies(rsa, `v=DKIM1; k=rsa; p=${p}`), 'yes')
    assert.equal(await verifies(rsa, `p=${p}`), 'yes')
    assert.equal(
      await verifies(
        rsa,
        ` v = DKIM1 ; h = sha1 : sha256 ; s = * ; t=y:s; n=note; p = ${p.slice(0, 99)} ${p.slice(99)} ; `,
      ),
      'yes',
    )
    assert.equal(await verifies(rsa, `v=DKIM1; p=${Buffer.from(pkcs1).toString('base64')}`), 'yes')
    assert.equal(await verifies(ed, `v=DKIM1; k=ed25519; p=${ed.publicKey}`), 'yes')
  })

  test('is not ours when it is another, or nothing that can be read', async () => {
    assert.equal(await verifies(ed, `v=DKIM1; k=ed25519; p=${Buffer.alloc(32).toString('base64')}`), 'no')
    assert.equal(await verifies(rsa, 'v=DKIM1; p=AAAA'), 'no')
    assert.equal(await verifies(rsa, 'hello'), 'no')
  })

  test('whatever is published in its place is read without a crash, and is not taken for ours', async () => {
    const tag = fc.tuple(fc.constantFrom('v', 'k', 'p', 'h', 's', 't', 'x', ''), fc.string({ maxLength: 20 }))
    const text = fc.array(tag, { maxLength: 6 }).map(tags => tags.map(([name, value]) => `${name}=${value}`).join(';'))
    await fc.assert(
      fc.asyncProperty(text, async record => assert.equal(await verifies(rsa, record), 'no')),
      { numRuns: 200 },
    )
  })
})

suite('tag lists', () => {
  test('hold each tag once (RFC 6376 §3.2)', () => {
    assert.ok('problem' in parseTags('a=1; a=2'))
    assert.ok('problem' in parseTags('a'))
    assert.ok('problem' in parseTags('=1'))
    const read = parseTags(' a = 1=2 ;; b=;')
    assert.deepEqual('values' in read && [...read.values], [
      ['a', '1=2'],
      ['b', ''],
    ])
  })

  test('never crash', () => {
    fc.assert(fc.property(fc.string(), text => void parseTags(text)))
  })
})

test('a record to publish is split at 255 octets and escaped, and reads back as it was (RFC 1035 §3.3.14, §5.1)', () => {
  const printable = fc.string({
    unit: fc.integer({ min: 32, max: 126 }).map(code => String.fromCharCode(code)),
    maxLength: 700,
  })
  fc.assert(
    fc.property(printable, value => {
      const line = txtLine('example.com', value)
      assert.ok(line.startsWith('example.com. IN TXT '))
      const strings = [...line.slice(20).matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part = '']) =>
        part.replace(/\\(.)/g, '$1'),
      )
      assert.equal(strings.join(''), value)
      assert.ok(strings.every(part => part.length <= 255))
    }),
  )
})
