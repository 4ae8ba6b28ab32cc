/**
 * The published TLSRPT cases of mox, mail-auth and parsedmarc: records, and reports as JSON and as mail.
 *
 * POSTRIDER_SUITES names the folder that holds tlsrpt/.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Domain } from '../../packages/core/src/model/address.ts'
import { readTlsReport, summariseReport } from '../../packages/core/src/tlsrpt/read.ts'
import { readTlsRptRecord } from '../../packages/core/src/tlsrpt/record.ts'
import { reportOf } from '../../packages/core/src/tlsrpt/report.ts'

interface RecordCase {
  readonly record: string
  readonly valid: boolean
  readonly why?: string
  readonly parsed?: { readonly rua: readonly (readonly string[])[] }
}

const SUITES = process.env.POSTRIDER_SUITES
const FOLDER = join(SUITES ?? '', 'tlsrpt')
const skip =
  SUITES !== undefined && existsSync(join(FOLDER, 'mox/records.json'))
    ? false
    : 'POSTRIDER_SUITES does not name a folder with tlsrpt/'
const read = (file: string): Buffer => readFileSync(join(FOLDER, file))

/** Numbers are those that stand in the files. */
const REPORTS: Readonly<Record<string, readonly [organisation: string, good: number, bad: number, details: number]>> = {
  'mail-auth/rpt01.json': ['Company-X', 5326, 303, 3],
  'mail-auth/rpt02.json': ['Google Inc.', 23, 1, 1],
  'mail-auth/rpt03.json': ['Google Inc.', 2, 0, 0],
  'parsedmarc/rfc8460.json': ['Company-X', 5326, 303, 3],
  'parsedmarc/mail.ru.json': ['Mail.ru', 0, 1, 2],
  'parsedmarc/smtp_tls.json': ['Example Inc.', 0, 3, 2],
  'mail-auth/rpt01.eml': ['Company-X', 5326, 303, 3],
  'mail-auth/rpt02.eml': ['Google Inc.', 23, 1, 1],
  'mox/example.eml': ['Google Inc.', 3, 0, 0],
  'mox/microsoft.eml': ['Microsoft Corporation', 2, 0, 0],
  'parsedmarc/google.com_smtp_tls_report.eml': ['Google Inc.', 48, 0, 0],
}

suite('TLSRPT', { skip }, () => {
  const cases: readonly RecordCase[] = skip === false ? JSON.parse(read('mox/records.json').toString()) : []
  test('all cases are here', () => assert.equal(cases.length, 20))
  for (const { record, valid, why, parsed } of cases)
    test(`${JSON.stringify(record)} is ${valid ? 'a record' : `none${why === undefined ? '' : `: ${why}`}`}`, () => {
      const result = readTlsRptRecord([record])
      assert.equal(result.kind === 'record', valid, JSON.stringify(result))
      if (result.kind === 'record') assert.deepEqual(result.record.rua, parsed?.rua.flat())
    })

  for (const [file, expected] of Object.entries(REPORTS))
    test(`${file} is read`, () => {
      const report = readTlsReport(read(file))
      assert.ok(!('problem' in report), JSON.stringify(report))
      const { good, bad } = summariseReport(report)
      const details = report.policies.flatMap(policy => policy.failures).length
      assert.deepEqual([report.organisation, good, bad, details], expected)
      if (file.endsWith('.json')) assert.deepEqual(readTlsReport(gzipSync(read(file))), report)
    })

  test('a mail holds the report that stands beside it', () => {
    const withoutInformation = (file: string): unknown =>
      JSON.parse(JSON.stringify(readTlsReport(read(file))), (key, value) => (key === 'information' ? undefined : value))
    for (const name of ['rpt01', 'rpt02'])
      assert.deepEqual(withoutInformation(`mail-auth/${name}.eml`), withoutInformation(`mail-auth/${name}.json`))
  })

  test('the reports that we write have no key that the example of RFC 8460 has not', () => {
    const keysOf = (value: unknown, path = ''): string[] =>
      typeof value !== 'object' || value === null
        ? [path]
        : Object.entries(value).flatMap(([key, inner]) =>
            Array.isArray(value) ? keysOf(inner, `${path}[]`) : keysOf(inner, `${path}.${key}`),
          )
    const a = 'a.test' as Domain
    const policy = { type: 'sts', text: ['mode: testing'], domain: a, mxHosts: ['*.a.test'] } as const
    const failure = {
      type: 'validation-failure',
      mxHost: 'mx.a.test',
      mxAddress: '192.0.2.1',
      sendingAddress: '192.0.2.2',
      reason: 'x',
    } as const
    const of = { day: 20_000, domain: a, policy }
    const tallies = [
      { ...of, good: 1, bad: 1 },
      { ...of, failure, good: 0, bad: 1 },
    ]
    const ours = reportOf({ day: 20_000, domain: a, tallies }, { domain: a, organisation: 'A', contact: 'x@a.test' })
    const theirs = new Set(keysOf(JSON.parse(read('parsedmarc/rfc8460.json').toString())))
    // The RFC's example writes the one pattern as a text, its definition as a list (§4.4).
    const unknown = new Set(keysOf(ours).filter(key => !theirs.has(key.replace('mx-host[]', 'mx-host'))))
    assert.deepEqual([...unknown], [])
  })
})
