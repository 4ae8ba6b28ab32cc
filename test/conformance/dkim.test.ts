/**
 * The published DKIM cases of mailauth and RFC 8463, through our canonicalisation, key loading and signer.
 *
 * POSTRIDER_SUITES names the folder that holds dkim/mailauth. The body hashes are those that the tests there assert and that
 * real signatures carry; the RFC's own message is also verified here with nothing but our canonical forms and node:crypto.
 */
import assert from 'node:assert/strict'
import { createHash, createPublicKey, hash, verify } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { inspect, normalise } from '../../packages/core/src/compose/index.ts'
import type { RawMessage } from '../../packages/core/src/model/message.ts'
import { relaxedBody, relaxedField, simpleBody } from '../../packages/core/src/sign/canonical.ts'
import { dkimRecord, loadDkimKey, sign } from '../../packages/core/src/sign/index.ts'

interface BodyHash {
  readonly file?: string
  readonly body?: string
  readonly canonicalization: string
  readonly algorithm: string
  readonly hash: string
}
interface SignatureBodyHash {
  readonly file: string
  readonly header: string
  readonly d: string
  readonly s: string
  readonly a: string
  readonly c: string
  readonly bh: string
}
interface Expected {
  readonly body_hash: readonly BodyHash[]
  readonly signature_body_hash: readonly SignatureBodyHash[]
}
type Dns = Readonly<Record<string, { readonly TXT: readonly (readonly string[])[] }>>

const SUITES = process.env.POSTRIDER_SUITES
const FOLDER = join(SUITES ?? '', 'dkim/mailauth')
const skip = SUITES !== undefined && existsSync(join(FOLDER, 'expected.json')) ? false : skipReason()

function skipReason(): string {
  return SUITES === undefined
    ? 'POSTRIDER_SUITES is not given: it names the folder of the published suites'
    : `${FOLDER} has no expected.json`
}

const read = (file: string): Buffer => readFileSync(join(FOLDER, file))
const message = (file: string): RawMessage => inspect(normalise(read(file)))
const bodyOf = ({ bytes, bodyStart }: RawMessage): Buffer => bytes.subarray(bodyStart)

function bodyHash(body: Buffer, form: string, algorithm: string): string {
  const canonical = form === 'relaxed' ? relaxedBody(body) : simpleBody(body)
  return createHash(algorithm).update(canonical).digest('base64')
}

if (skip !== false) test('the published DKIM cases', { skip }, () => {})
else {
  const expected = JSON.parse(read('expected.json').toString()) as Expected

  suite('body hashes', () => {
    for (const [index, { file, body, canonicalization, algorithm, hash }] of expected.body_hash.entries()) {
      test(`${index + 1}: ${file ?? JSON.stringify(body)} ${canonicalization} ${algorithm}`, () => {
        const octets = file === undefined ? normalise(Buffer.from(body ?? '')) : bodyOf(message(file))
        assert.equal(bodyHash(octets, canonicalization, algorithm), hash)
      })
    }
  })

  suite('body hashes that real signatures carry', () => {
    for (const [index, { file, header, d, s, a, c, bh }] of expected.signature_body_hash.entries()) {
      test(`${index + 1}: ${file} ${header} of ${s}._domainkey.${d} ${c} ${a}`, () => {
        const algorithm = a.slice(a.indexOf('-') + 1)
        assert.equal(bodyHash(bodyOf(message(file)), c.split('/')[1] ?? 'simple', algorithm), bh)
      })
    }
  })

  suite('RFC 8463 appendix A', () => {
    const dns = JSON.parse(read('rfc8463/dns.json').toString()) as Dns
    const domain = 'football.example.com'
    const keys = [
      loadDkimKey({ domain, selector: 'test', pem: read('rfc8463/private-rsa.key').toString() }),
      loadDkimKey({ domain, selector: 'brisbane', pem: read('rfc8463/private-ec.key').toString() }),
    ]

    for (const key of keys) {
      test(`the record of the ${key.algorithm} key is the published one`, () => {
        const { name, value } = dkimRecord(key)
        assert.equal(value, dns[name]?.TXT[0]?.join(''))
      })
    }

    test('both signatures verify with our canonical forms', () => {
      const signed = message('rfc8463/signed.eml')
      const results = signed.fields
        .filter(({ name }) => name === 'dkim-signature')
        .map((_, index) => verifies(signed, index, keys))
      assert.deepEqual(results, [true, true])
    })

    test('signatures that we make with these keys verify in the same way', async () => {
      const ours = await sign(message('rfc8463/signed.eml'), keys, Date.UTC(2018, 5, 10))
      assert.deepEqual([verifies(ours, 0, keys), verifies(ours, 1, keys)], [true, true])
    })
  })
}

type Keys = readonly ReturnType<typeof loadDkimKey>[]

/** RFC 6376 §6.1.3, for signatures that are known to be whole. */
function verifies(signed: RawMessage, index: number, keys: Keys): boolean {
  const field = signed.fields.filter(({ name }) => name === 'dkim-signature')[index]
  assert.ok(field, 'the message has this signature')
  const value = signed.bytes.toString('latin1', field.valueStart, field.end)
  const tags = new Map(
    value.split(';').map(tag => [tag.split('=')[0]!.trim(), tag.slice(tag.indexOf('=') + 1).replace(/\s+/g, '')]),
  )
  if (tags.get('bh') !== hash('sha256', relaxedBody(bodyOf(signed)), 'base64')) return false

  const left = [...signed.fields]
  let data = ''
  for (const name of tags.get('h')!.toLowerCase().split(':')) {
    const at = left.findLastIndex(field => field.name === name)
    if (at < 0) continue
    const [found] = left.splice(at, 1)
    data += `${relaxedField(name, signed.bytes.toString('latin1', found!.valueStart, found!.end))}\r\n`
  }
  data += relaxedField('dkim-signature', value.replace(/(;\s*b=)[^;]*$/, '$1'))

  const key = keys.find(({ selector }) => selector === tags.get('s'))
  assert.ok(key, 'the key of this selector is known')
  const octets = Buffer.from(data, 'latin1')
  const signature = Buffer.from(tags.get('b')!, 'base64')
  const publicKey = createPublicKey(key.privateKey)
  return key.algorithm === 'rsa-sha256'
    ? verify('sha256', octets, publicKey, signature)
    : verify(null, hash('sha256', octets, 'buffer'), publicKey, signature)
}
