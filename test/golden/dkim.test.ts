/**
 * Golden signatures: dkim/NN-name/ holds a message, its keys and the DKIM-Signature fields that signing at a known time gives.
 *
 * RSA (PKCS#1 v1.5) and Ed25519 signatures are deterministic, so each field is compared whole. Each was verified with
 * dkimpy and mailauth when it was made; mailauth does so again in every run. POSTRIDER_UPDATE_GOLDEN rewrites the fields.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { inspect } from '../../packages/core/src/compose/index.ts'
import { dkimRecord, loadDkimKey, sign } from '../../packages/core/src/sign/index.ts'

interface Expected {
  /** Seconds since 1970. */
  readonly at: number
  readonly keys: readonly { readonly domain: string; readonly selector: string; readonly file: string }[]
  /** Every line of the fields that stand above the message. */
  readonly signatures: readonly string[]
}
interface Verified {
  readonly results: readonly { readonly status: { readonly result: string } }[]
}

const require = createRequire(import.meta.url)
const { dkimVerify } = require('mailauth/lib/dkim/verify') as {
  readonly dkimVerify: (input: Buffer, options: object) => Promise<Verified>
}
const FOLDER = join(import.meta.dirname, 'dkim')

suite('golden signatures', () => {
  for (const name of readdirSync(FOLDER).sort()) {
    const file = (inside: string): string => join(FOLDER, name, inside)
    const expected = JSON.parse(readFileSync(file('expect.json'), 'utf8')) as Expected
    const keys = expected.keys.map(({ file: of, ...key }) =>
      loadDkimKey({ ...key, pem: readFileSync(file(of), 'utf8') }),
    )
    const signing = sign(inspect(readFileSync(file('message.eml'))), keys, expected.at * 1000)

    test(`${name}: the fields are the same to the octet`, async () => {
      const signed = await signing
      const above = signed.bytes.length - readFileSync(file('message.eml')).length
      const signatures = signed.bytes.toString('latin1', 0, above).split('\r\n').slice(0, -1)
      if (process.env.POSTRIDER_UPDATE_GOLDEN) {
        writeFileSync(file('expect.json'), `${JSON.stringify({ ...expected, signatures }, null, 2)}\n`)
      } else assert.deepEqual(signatures, expected.signatures)
    })

    test(`${name}: mailauth verifies every signature`, async () => {
      const records = new Map(keys.map(key => [dkimRecord(key).name, dkimRecord(key).value]))
      const resolver = async (query: string): Promise<string[][]> => [[records.get(query) ?? '']]
      const { results } = await dkimVerify((await signing).bytes, {
        resolver,
        strict: true,
        curTime: new Date(expected.at * 1000),
      })
      assert.deepEqual(
        results.map(({ status }) => status.result),
        keys.map(() => 'pass'),
      )
    })
  }
})
