import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { Domain } from '../model/address.ts'
import type { TlsDay } from '../model/tls-result.ts'
import { summariseReport } from './explain.ts'
import { readTlsReport } from './read-mail.ts'
import type { ReadReport } from './read-report.ts'
import { reportOf, type Submitter } from './report.ts'
import { reportMail } from './report-mail.ts'

const A = 'a.test' as Domain
const SUBMITTER: Submitter = { domain: 'me.test' as Domain, organisation: 'Me', contact: 'tls@me.test' }
const STS = { type: 'sts', text: ['version: STSv1', 'mode: enforce'], domain: A, mxHosts: ['*.a.test'] } as const
const FAILURE = {
  type: 'certificate-expired',
  mxHost: 'mx.a.test',
  mxAddress: '192.0.2.1',
  sendingAddress: '198.51.100.1',
  reason: 'x',
} as const
const DAY: TlsDay = {
  day: 20_000,
  domain: A,
  tallies: [
    { day: 20_000, domain: A, policy: STS, good: 7, bad: 2 },
    { day: 20_000, domain: A, policy: STS, failure: FAILURE, good: 0, bad: 2 },
  ],
}
const REPORT = reportOf(DAY, SUBMITTER)
const READ: ReadReport = {
  organisation: 'Me',
  contact: 'tls@me.test',
  id: '2024-10-04_a.test@me.test',
  start: '2024-10-04T00:00:00Z',
  end: '2024-10-04T23:59:59Z',
  policies: [
    {
      type: 'sts',
      domain: 'a.test',
      text: ['version: STSv1', 'mode: enforce'],
      mxHosts: ['*.a.test'],
      good: 7,
      bad: 2,
      failures: [{ ...FAILURE, count: 2 }],
    },
  ],
}
const MAIL = await reportMail({
  report: REPORT,
  day: 20_000,
  about: A,
  from: 'tls@me.test',
  to: 'r@a.test',
  submitter: SUBMITTER,
  now: 0,
  messageId: '<1@me.test>',
})

suite('a report that we wrote comes back', () => {
  const json = JSON.stringify(REPORT)
  const rows: readonly (readonly [string, Uint8Array])[] = [
    ['as JSON', Buffer.from(json)],
    ['as JSON with a byte order mark', Buffer.from(`\ufeff${json}`)],
    ['as gzip', gzipSync(json)],
    ['as our mail', MAIL],
    ['as our mail with bare LF', Buffer.from(MAIL.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')],
    [
      'as the only part of a mail, quoted-printable',
      Buffer.from(
        `Content-Type: application/tlsrpt+json\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${json.replaceAll('=', '=3D').replace(/.{60}/g, '$&=\r\n')}`,
      ),
    ],
    [
      'forwarded as an attachment',
      Buffer.concat([
        Buffer.from(
          'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee below\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n',
        ),
        MAIL,
        Buffer.from('\r\n--b--\r\n'),
      ]),
    ],
    [
      'known by its file name alone',
      Buffer.concat([
        Buffer.from(
          'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: application/gzip; name="x!a.test!1!2.json.gz"\r\nContent-Transfer-Encoding: base64\r\n\r\n',
        ),
        Buffer.from(gzipSync(json).toString('base64')),
        Buffer.from('\r\n--b--\r\n'),
      ]),
    ],
  ]
  for (const [what, bytes] of rows) test(what, () => assert.deepEqual(readTlsReport(bytes), READ))
})

suite('what is no report', () => {
  const rows: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['nothing', Buffer.alloc(0), /neither JSON nor gzip/],
    ['another JSON', Buffer.from('{"a":1}'), /no "policies"/],
    ['broken JSON', Buffer.from('{"policies":['), /not JSON/],
    ['cut gzip', gzipSync('{}').subarray(0, 12), /cannot be unpacked/],
    ['a mail without one', Buffer.from('Subject: hi\r\n\r\nhello\r\n'), /neither JSON nor gzip/],
  ]
  for (const [what, bytes, problem] of rows)
    test(`${what} is refused in words`, () => {
      const read = readTlsReport(bytes)
      assert.match('problem' in read ? read.problem : 'read', problem)
    })

  test('a small file that unpacks to a very large one is refused', () => {
    const read = readTlsReport(gzipSync(Buffer.alloc(80 * 1024 * 1024, 0x20)))
    assert.match('problem' in read ? read.problem : 'read', /cannot be unpacked/)
  })

  test('no octets make the reader throw', () => {
    const cut = fc.tuple(fc.nat(MAIL.length), fc.nat(MAIL.length), fc.uint8Array({ maxLength: 20 }))
    fc.assert(
      fc.property(cut, ([from, to, noise]) => {
        readTlsReport(Buffer.concat([MAIL.subarray(0, from), noise, MAIL.subarray(to)]))
      }),
      { numRuns: 300 },
    )
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const read = readTlsReport(
          Buffer.from(
            JSON.stringify({ policies: [value, { policy: value, summary: value, 'failure-details': value }] }),
          ),
        )
        if (!('problem' in read)) summariseReport(read)
      }),
    )
  })

  test('what a stranger wrote cannot steer a terminal', () => {
    const read = readTlsReport(Buffer.from(JSON.stringify({ policies: [], 'organization-name': 'a\u001b[2Jb' })))
    assert.equal('problem' in read ? '' : read.organisation, 'a [2Jb')
  })
})

suite('what a report means', () => {
  test('failures under an enforced policy held mail back', () => {
    const summary = summariseReport(READ)
    assert.deepEqual([summary.level, summary.good, summary.bad], ['warn', 7, 2])
    assert.match(summary.lines.join('\n'), /mode enforce: 7 good, 2 failed; the sender delivers nothing/)
    assert.match(summary.lines.join('\n'), /2 × certificate-expired at mx\.a\.test .*To do: renew the certificate/)
  })
  test('failures in testing mode cost no mail', () => {
    const policies = READ.policies.map(policy => ({ ...policy, text: ['mode: testing'] }))
    assert.equal(summariseReport({ ...READ, policies }).level, 'note')
  })
  test('a report without failures is well', () => {
    const policies = READ.policies.map(policy => ({ ...policy, bad: 0, failures: [] }))
    assert.equal(summariseReport({ ...READ, policies }).level, 'ok')
  })
})
