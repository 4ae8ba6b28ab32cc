/**
 * Mail that tells about mail: the published suites of others, read and judged. POSTRIDER_SUITES names the folder that holds them.
 *
 * How many mails of Sisimai's collection are right is measured half by half (report-measure.ts); which of the unread half are
 * not is never told. `POSTRIDER_SHOW=read` shows those of the other.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { judgeReturned } from '../../packages/core/src/outcome/index.ts'
import { type MailReport, readMailReport } from '../../packages/core/src/report/index.ts'
import { readJson, SKIP } from './corpus.ts'
import { percent } from './measure.ts'
import { measuredReports } from './report-figures.ts'
import { measureReports, ours, wrongReports } from './report-measure.ts'

const FOLDER = process.env.POSTRIDER_SUITES ?? ''
const read = (...path: string[]): MailReport => readMailReport(readFileSync(join(FOLDER, ...path)))
const json = (...path: string[]): Bag => JSON.parse(readFileSync(join(FOLDER, ...path), 'utf8'))
type Bag = Readonly<Record<string, unknown>>

function returned(report: MailReport) {
  assert.equal(report.kind, 'returned', JSON.stringify(report))
  return report.kind === 'returned' ? report : undefined
}

suite('mails labelled by hand', { skip: SKIP }, () => {
  const labels: Readonly<Record<string, readonly (readonly [address: string, action: string])[]>> = JSON.parse(
    readFileSync(join(import.meta.dirname, 'mail-labels.json'), 'utf8'),
  )
  test('are sixty', () => assert.equal(Object.keys(labels).length, 60))
  /** Written by a mailing list that names the address for its guide in a line of its own, and itself within a sentence. */
  const known: ReadonlySet<string> = new Set(['sisimai/lhost-fml-02.eml'])
  for (const [file, wanted] of Object.entries(labels)) {
    test(`${file}: who, and what was done`, { todo: known.has(file) }, () => {
      const report = read('bounce', file.replace('/', '/mails/'))
      const found = report.kind === 'returned' ? report.recipients.map(({ address, action }) => [address, action]) : []
      assert.deepEqual(found, wanted)
    })
  }
})

suite('Mail::DeliveryStatus::BounceParser', { skip: SKIP }, () => {
  const labels = SKIP ? [] : (readJson('bounceparser/labels.json') as readonly { file: string; is_bounce: boolean }[])
  test('nobody is suppressed for the eight mails that are no bounces', () => {
    const none = labels.filter(({ is_bounce }) => !is_bounce)
    assert.equal(none.length, 8)
    for (const { file } of none) {
      const report = read('bounce/bounceparser', file)
      const recipients = report.kind === 'returned' ? report.recipients : []
      assert.deepEqual(
        recipients.filter(one => judgeReturned(one)?.suppress),
        [],
        file,
      )
    }
  })
  test('of those that are, someone is named in all but a few', t => {
    const bounces = labels.filter(({ is_bounce }) => is_bounce)
    const named = bounces.filter(({ file }) => read('bounce/bounceparser', file).kind === 'returned')
    t.diagnostic(`${named.length} of ${bounces.length}`)
    assert.ok(named.length >= bounces.length - 8)
  })
})

suite('delivery status notifications of KumoMTA', { skip: SKIP }, () => {
  const expected: Bag = SKIP ? {} : json('dsn/kumomta/expected.json')
  for (const [file, one] of Object.entries(expected)) {
    test(file, () => {
      const { reporting_mta, recipients } = one as {
        readonly reporting_mta: string
        readonly recipients: readonly Bag[]
      }
      const report = returned(read('dsn/kumomta', file))
      assert.equal(report?.reporter, reporting_mta.toLowerCase())
      const found = report?.recipients.map(({ address, action, status, original, diagnostic }) => ({
        final_recipient: address,
        action,
        status: `${status?.class}.${status?.subject}.${status?.detail}`,
        ...(original !== undefined && { original_recipient: original }),
        diagnostic,
      }))
      assert.deepEqual(
        found,
        recipients.map(({ remote_mta, diagnostic, ...rest }, index) => ({
          ...rest,
          // Where the field is not there, the words beside it were read.
          diagnostic: diagnostic ?? found?.[index]?.diagnostic,
        })),
      )
      for (const [index, { remote_mta }] of recipients.entries())
        if (typeof remote_mta === 'string')
          assert.equal(report?.recipients[index]?.host, remote_mta.replace(/:\d+$/, ''))
    })
  }
  test('are seven', () => assert.equal(Object.keys(expected).length, 7))
})

suite('feedback reports', { skip: SKIP }, () => {
  const same = (report: MailReport, wanted: Bag) => {
    assert.equal(report.kind, 'complaint', JSON.stringify(report))
    if (report.kind !== 'complaint') return
    const text = (value: unknown): string => (typeof value === 'string' ? value : '')
    assert.equal(report.type, text(wanted.feedback_type).toLowerCase().replace('authfailure', 'auth-failure'))
    assert.equal(report.userAgent, text(wanted.user_agent))
    assert.equal(report.mailFrom ?? '', text(wanted.original_mail_from).replace(/^<(.*)>$/, '$1'))
    const named = wanted.original_rcpt_to
    const wantedNames = Array.isArray(named) ? named.map(text) : [text(named)].filter(Boolean)
    assert.deepEqual(
      report.recipients,
      wantedNames.map(name => name.replace(/^<(.*)>$/, '$1')),
    )
    if (typeof wanted.source_ip === 'string') assert.equal(report.source, wanted.source_ip)
  }
  const expected: Bag = SKIP ? {} : json('arf/kumomta/expected.json')
  for (const [file, wanted] of Object.entries(expected))
    test(`KumoMTA ${file}`, () => same(read('arf/kumomta', file), wanted as Bag))
  for (const name of ['001', '002', '003', '004', '005'])
    test(`mail-auth ${name}`, () => same(read('arf/mail-auth', `${name}.eml`), json('arf/mail-auth', `${name}.json`)))
})

suite('DMARC aggregate reports', { skip: SKIP }, () => {
  const dmarc = (...path: string[]) => {
    const report = read('dmarc-reports', ...path)
    assert.equal(report.kind, 'dmarc', `${path.join('/')}: ${JSON.stringify(report)}`)
    return report.kind === 'dmarc' ? report.report : undefined
  }
  const files = (folder: string) => (SKIP ? [] : readdirSync(join(FOLDER, 'dmarc-reports', folder)).sort())
  for (const file of files('mail-auth').filter(name => /\.(?:xml|eml)$/.test(name))) {
    const expectation = file.replace(/\.\w+$/, '.json')
    if (!files('mail-auth').includes(expectation)) continue
    test(`mail-auth ${file}`, () => {
      const report = dmarc('mail-auth', file)
      const wanted = mailAuth(expectation)
      assert.equal(report?.id, wanted.report_metadata.report_id)
      assert.equal(report?.published.domain, wanted.policy_published.domain.toLowerCase())
      assert.equal(report?.begin, wanted.report_metadata.date_range.begin * 1000)
      assert.deepEqual(
        report?.rows.map(row => [row.source, row.count, row.dkimAligned, row.spfAligned]),
        wanted.record.map(({ row }) => [
          row.source_ip,
          row.count,
          row.policy_evaluated.dkim === 'Pass',
          row.policy_evaluated.spf === 'Pass',
        ]),
      )
      assert.deepEqual(
        report?.rows.map(({ headerFrom, dkim, spf }) => [
          headerFrom,
          dkim.map(one => one.domain),
          spf.map(one => one.domain),
        ]),
        wanted.record.map(({ identifiers, auth_results: { dkim, spf } }) => [
          identifiers.header_from.toLowerCase(),
          dkim.map(one => one.domain.toLowerCase()),
          spf.map(one => one.domain.toLowerCase()),
        ]),
      )
    })
  }
  for (const file of files('mox').filter(name => name.endsWith('.eml')))
    test(`mox ${file}`, () => assert.ok((dmarc('mox', file)?.rows.length ?? 0) > 0))
  for (const folder of ['aggregate', 'aggregate_invalid', 'extract_report']) {
    for (const file of files(`parsedmarc/${folder}`)) {
      test(`parsedmarc ${folder}/${file}`, () => {
        const report = dmarc('parsedmarc', folder, file)
        assert.ok((report?.rows.length ?? 0) > 0)
        assert.ok(report !== undefined && report.begin > 0 && report.end >= report.begin)
      })
    }
  }
  test('a report is the same as XML, zip and gzip', () => {
    const [xml, zip, gz] = ['', '.zip', '.gz'].map(end => dmarc('parsedmarc/extract_report', `nice-input.xml${end}`))
    assert.deepEqual([zip, gz], [xml, xml])
  })
  for (const file of files('parsedmarc/failure'))
    test(`parsedmarc failure/${file} is no aggregate report, and harms nobody`, () => {
      const report = read('dmarc-reports/parsedmarc/failure', file)
      assert.ok(report.kind === 'complaint' ? report.type === 'auth-failure' : report.kind !== 'returned', report.kind)
    })
})

const mailAuth = (file: string): MailAuth =>
  JSON.parse(readFileSync(join(FOLDER, 'dmarc-reports/mail-auth', file), 'utf8'))

interface MailAuth {
  readonly report_metadata: { readonly report_id: string; readonly date_range: { readonly begin: number } }
  readonly policy_published: { readonly domain: string }
  readonly record: readonly {
    readonly row: {
      readonly source_ip: string
      readonly count: number
      readonly policy_evaluated: { readonly dkim: string; readonly spf: string }
    }
    readonly identifiers: { readonly header_from: string }
    readonly auth_results: {
      readonly dkim: readonly { readonly domain: string }[]
      readonly spf: readonly { readonly domain: string }[]
    }
  }[]
}

suite('TLS reports', { skip: SKIP }, () => {
  for (const folder of ['mail-auth', 'mox', 'parsedmarc'])
    for (const file of SKIP ? [] : readdirSync(join(FOLDER, 'tlsrpt', folder)))
      if (/^(?!records).*\.(?:eml|json)$/.test(file))
        test(`${folder}/${file} is one`, () => assert.equal(read('tlsrpt', folder, file).kind, 'tls'))
})

suite('mails of Sisimai', { skip: SKIP }, () => {
  for (const half of ['read', 'unread'] as const) {
    test(`${half} half: number of recipients, hard and reason`, t => {
      const { mails, number, hard, reason, right, rightWhereTold } = measureReports(half, ours)
      assert.ok(mails > 130)
      t.diagnostic(
        `${mails} mails; number ${percent(number)}, hard ${percent(hard)}, reason ${percent(reason)}, all ${percent(right)}; where told ${percent(rightWhereTold)}`,
      )
      if (half === 'read' && process.env.POSTRIDER_SHOW === 'read')
        for (const line of wrongReports(ours)) t.diagnostic(line)
    })
  }
  test('the figures in docs/failures.md are those that are measured (report-figures.ts writes them)', () => {
    const ourFigures = measuredReports().filter(({ judge }) => judge === 'Postrider')
    assert.deepEqual(
      ourFigures.map(({ half, figures }) => [half, figures]),
      (['read', 'unread'] as const).map(half => [half, measureReports(half, ours)]),
    )
  })
})
