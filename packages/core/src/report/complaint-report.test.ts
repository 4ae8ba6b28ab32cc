import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { readMailReport } from './read-mail-report.ts'
import { tracesOf } from './traces.ts'

const SAMPLES = join(import.meta.dirname, '../../../../test/golden/feedback')
const sample = (name: string): Buffer => readFileSync(join(SAMPLES, `${name}.eml`))

function read(bytes: Uint8Array) {
  const report = readMailReport(bytes)
  assert.ok(report.kind === 'complaint', JSON.stringify(report))
  return report
}

suite('a feedback report', () => {
  test('says what it is, who wrote it, who complained, and of what', () => {
    const { type, userAgent, recipients, original } = read(sample('full'))
    assert.deepEqual([type, userAgent], ['abuse', 'ExampleFBL/2.1'])
    assert.deepEqual(recipients, ['reader@isp.example', 'second@isp.example'])
    assert.match(original, /^Received: from mail\.a\.example/)
    assert.doesNotMatch(original, /The digest/)
  })
  test('may have no more than it must (RFC 5965 §3.1), and headers in place of the message', () => {
    const report = read(sample('least'))
    assert.deepEqual([report.type, report.userAgent, report.recipients], ['abuse', 'SomeGenerator/1.0', []])
    assert.equal(tracesOf(report.original).messageId, '<1@a.example>')
  })
  test('may be encoded for transfer', () => {
    const report = read(sample('encoded'))
    assert.deepEqual([report.type, report.recipients], ['other', ['reader@isp.example']])
    assert.equal(tracesOf(report.original).messageId, '<2@a.example>')
  })
  test('is found in the mail of someone who forwarded it', () => {
    assert.deepEqual(read(sample('forwarded')), read(sample('least')))
  })
  test('is read alike with bare line feeds', () => {
    for (const file of readdirSync(SAMPLES)) {
      const text = readFileSync(join(SAMPLES, file), 'latin1')
      const [crlf, lf] = [text, text.replaceAll('\r\n', '\n')].map(each => read(Buffer.from(each, 'latin1')))
      assert.deepEqual({ ...lf, original: lf?.original.replaceAll('\n', '\r\n') }, crlf)
    }
  })
  test('what is none says why', () => {
    const problem = (text: string) => {
      const report = readMailReport(Buffer.from(text))
      return report.kind === 'other' ? report.because : 'none'
    }
    assert.match(problem(''), /no report that is known/)
    assert.match(problem('Subject: x\r\n\r\nhello'), /no report that is known/)
    const least = sample('least').toString()
    assert.match(problem(least.replace('Feedback-Type: Abuse\r\n', '')), /without Feedback-Type/)
    assert.match(problem(least.replace('text/rfc822-headers', 'text/plain')), /without the message that it is about/)
  })
})

suite('traces', () => {
  test('are the ids of our Received lines, the Message-ID, and when it was written and signed', () => {
    assert.deepEqual(tracesOf(read(sample('full')).original), {
      ids: ['01KE7HYH3G0ABCDEFGHJ'],
      messageId: '<8787KJKJ3K4J3K4J3K4J3.mail@a.example>',
      times: [Date.UTC(2026, 0, 5, 13, 59, 57), 1767621598_000],
    })
  })
  test('of a header with nothing in it are none', () => {
    assert.deepEqual(tracesOf('Subject: x\r\nDate: yesterday\r\nMessage-ID: none'), {
      ids: [],
      messageId: undefined,
      times: [],
    })
  })
})
