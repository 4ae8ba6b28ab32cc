import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import type { Domain } from '../../model/address.ts'
import { allowsHost, readStsPolicy, type StsPolicy } from './policy.ts'

function policy(text: string): StsPolicy {
  const result = readStsPolicy(text)
  if ('problem' in result) assert.fail(result.problem)
  return result
}

const allows = (mx: string, host: string): boolean =>
  allowsHost(policy(`version: STSv1\nmode: enforce\nmx: ${mx}\nmax_age: 1\n`), host as Domain)

suite('a policy file (RFC 8461 §3.2)', () => {
  test('of nothing but spaces is read in a time in proportion to its length', () => {
    const cpu = process.cpuUsage()
    for (const end of ['x', '\r'])
      readStsPolicy(`version: STSv1\nmode: enforce\nmx:${' '.repeat(65_000)}a${' '.repeat(400_000)}${end}\nmax_age: 1`)
    const { user } = process.cpuUsage(cpu)
    assert.ok(user < 2_000_000, `${user} µs`)
  })

  test('is read with LF or CRLF, with or without the last one, whatever the order', () => {
    const wanted = { mode: 'enforce', mx: ['mail.example.com', '*.example.net'], maxAgeMs: 604_800_000 }
    for (const text of [
      'version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmax_age: 604800\n',
      'version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmax_age: 604800',
      'max_age:604800\nmx:Mail.Example.COM.\nmx: *.example.net  \nmode:\tenforce\nversion:STSv1',
    ]) {
      const { lines, ...rest } = policy(text)
      assert.deepEqual(rest, wanted)
      assert.equal(lines.length, 5)
    }
  })

  test('counts the first of two fields that may stand once, and ignores fields that it does not know', () => {
    const { mode, maxAgeMs } = policy(
      'version: STSv1\nmode: testing\nmode: enforce\nmx: a.test\nmax_age: 1\nmax_age: 2\nx-new: whatever: it says\n',
    )
    assert.deepEqual([mode, maxAgeMs], ['testing', 1000])
  })

  test('of mode none needs no mx', () => {
    assert.equal(policy('version: STSv1\nmode: none\nmax_age: 86400\n').mode, 'none')
  })

  test('is kept for a year at most', () => {
    assert.equal(policy('version: STSv1\nmode: none\nmax_age: 9999999999\n').maxAgeMs, 31_557_600_000)
  })

  test('that is wrong anywhere is no policy', () => {
    const good = ['version: STSv1', 'mode: enforce', 'mx: a.test', 'max_age: 86400']
    for (const [index, wrong] of [
      [0, 'version: STSv2'],
      [0, 'x: y'],
      [1, 'mode: Enforce'],
      [1, 'mode: strict'],
      [1, ''],
      [2, 'mx: 192.0.2.1'],
      [2, 'mx: [192.0.2.1]'],
      [2, 'mx: *'],
      [2, 'mx: *.*.a.test'],
      [2, 'mx: a..test'],
      [2, 'mx:'],
      [2, 'x: y'],
      [3, 'max_age: -1'],
      [3, 'max_age: 1d'],
      [3, 'max_age: 99999999999'],
      [3, 'no colon'],
    ] as const) {
      const text = good.with(index, wrong).join('\n')
      assert.ok('problem' in readStsPolicy(text), text)
    }
    assert.ok('problem' in readStsPolicy(''))
    assert.ok('problem' in readStsPolicy('<html>\n'))
  })

  test('of any text never throws; what comes out is whole', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('version: STSv1', 'mode: enforce', 'mode: none', 'mx: a.test', 'mx: *.a.test', 'max_age: 60', ''),
    )
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('\n', '\r\n'), (lines, end) => {
        const result = readStsPolicy(lines.join(end))
        if (!('problem' in result)) assert.ok(result.maxAgeMs >= 0 && (result.mode === 'none' || result.mx.length > 0))
      }),
      { numRuns: 2000 },
    )
  })
})

suite('which hosts a policy allows (RFC 8461 §4.1)', () => {
  test('a name allows that host alone, in any case', () => {
    assert.equal(allows('MX.example.com', 'mx.example.com'), true)
    assert.equal(allows('mx.example.com', 'mx.example.com.evil.test'), false)
    assert.equal(allows('mx.example.com', 'a.mx.example.com'), false)
  })

  test('a wildcard stands for exactly one label', () => {
    assert.equal(allows('*.example.com', 'mx.example.com'), true)
    assert.equal(allows('*.example.com', 'example.com'), false)
    assert.equal(allows('*.example.com', 'a.mx.example.com'), false)
    assert.equal(allows('*.example.com', 'mxexample.com'), false)
  })

  test('U-labels and A-labels are the same name', () => {
    assert.equal(allows('mx.münchen.test', 'mx.xn--mnchen-3ya.test'), true)
    assert.equal(allows('*.xn--mnchen-3ya.test', 'mx.xn--mnchen-3ya.test'), true)
  })
})
