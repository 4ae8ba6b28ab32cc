import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import type { Found, MxHost } from '../dns/index.ts'
import type { Domain } from '../model/address.ts'
import { type Destination, destinationOf, MAX_HOSTS } from './destination.ts'

const domain = 'example.test' as Domain
const ourselves = ['us.test' as Domain]

function found(...lines: string[]): Found<MxHost> {
  const values = lines.map(line => {
    const space = line.indexOf(' ')
    return { preference: Number(line.slice(0, space)), host: line.slice(space + 1) }
  })
  return { names: [domain], values, authentic: false, ttl: 60, malformed: 0 }
}

const of = (...lines: string[]): Destination => destinationOf(domain, found(...lines), ourselves)
const hosts = (destination: Destination): string[] =>
  destination.kind === 'hosts' ? destination.hosts.map(each => each.host) : [destination.reason]
const skipped = (destination: Destination): string[] => destination.skipped.map(each => `${each.host} ${each.because}`)

suite('the mail hosts of a domain', () => {
  test('come best first, each once at its best preference (RFC 5321 §5.1)', () => {
    assert.deepEqual(hosts(of('20 b.test', '10 a.test', '5 B.TEST', '30 c.test')), ['b.test', 'a.test', 'c.test'])
  })

  test('behind an alias are those of its target, and without MX the target itself', () => {
    const alias = { ...found(), names: [domain, 'target.test'], missing: 'nodata' as const }
    assert.deepEqual(hosts(destinationOf(domain, alias, ourselves)), ['target.test'])
  })

  test('end before our own name: what is not better would loop', () => {
    const destination = of('10 a.test', '20 us.test', '20 b.test', '30 c.test')
    assert.deepEqual(hosts(destination), ['a.test'])
    assert.deepEqual(skipped(destination), [
      'us.test is-ourselves',
      'b.test behind-ourselves',
      'c.test behind-ourselves',
    ])
  })

  test('are none when the best is ourselves', () => {
    assert.deepEqual(hosts(of('10 us.test', '20 a.test')), ['loops-back'])
  })

  test('are none when every MX is a dot, however often it is said (RFC 7505)', () => {
    assert.deepEqual(hosts(of('0 .')), ['null-mx'])
    assert.deepEqual(hosts(of('0 .', '10 .')), ['null-mx'])
  })

  test('are never addresses or what no host is called', () => {
    const destination = of(
      '1 192.0.2.1',
      '2 2001:db8::1',
      '3 [192.0.2.1]',
      '4 a b.test',
      '5 -x.test',
      '6 .',
      '7 ok.test',
    )
    assert.deepEqual(hosts(destination), ['ok.test'])
    assert.equal(destination.skipped.length, 6)
  })

  test('are twenty at most', () => {
    const destination = of(...Array.from({ length: 50 }, (_, index) => `${index} h${index}.test`))
    assert.equal(hosts(destination).length, MAX_HOSTS)
    assert.equal(destination.skipped.length, 30)
  })

  test('of any answer are found without an error, in order, and never ourselves', () => {
    const host = fc.oneof(fc.constantFrom('us.test', 'a.test', 'b.test', '.', '192.0.2.1'), fc.string())
    const record = fc.record({ preference: fc.nat(65_535), host })
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 40 }), values => {
        const destination = destinationOf(domain, { ...found(), values }, ourselves)
        if (destination.kind === 'none') return
        assert.ok(!hosts(destination).includes('us.test'))
        const preferences = destination.hosts.map(each => each.preference)
        assert.deepEqual(
          preferences,
          preferences.toSorted((a, b) => a - b),
        )
      }),
    )
  })
})
