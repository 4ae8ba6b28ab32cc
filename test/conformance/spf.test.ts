/**
 * The published suite of RFC 7208 (pyspf's), through our resolver adapter and mailauth.
 *
 * POSTRIDER_SUITES names the folder that holds spf/rfc7208/rfc7208-tests.json. A case that is missed has its reason in
 * MISSES; a new miss fails, and so does one that is no miss any more.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { evaluateSpf } from '../../packages/core/src/preflight/mailauth.ts'
import { createFakeDns } from '../../packages/core/src/testing/fake-dns.ts'
import type { NameLiteral, ZoneLiteral } from '../../packages/core/src/testing/zone.ts'

const SUITES = process.env.POSTRIDER_SUITES
const FILE = join(SUITES ?? '', 'spf/rfc7208/rfc7208-tests.json')
const TYPES = ['A', 'AAAA', 'MX', 'TXT', 'PTR', 'CNAME'] as const

/** Case to reason. */
const MISSES: Readonly<Record<string, string>> = {
  'macro-mania-in-domain':
    'the name it asks for has spaces (from %_), which our resolver refuses to ask (dns/name.ts) and which no host name can ' +
    'have; the gate then warns of a permerror, and refuses nothing for it',
}

interface Case {
  readonly helo: string
  readonly host: string
  readonly mailfrom: string
  readonly result: string | readonly string[]
}
type Entry = string | Readonly<Record<string, string | readonly [number, string] | readonly string[]>>
interface Scenario {
  readonly description: string
  readonly tests: Readonly<Record<string, Case>>
  readonly zonedata: Readonly<Record<string, readonly Entry[]>>
}

/** TIMEOUT: what the name has not, is not answered. SPF stands for TXT where the name has no TXT of its own. */
function toZone(zonedata: Scenario['zonedata']): ZoneLiteral {
  return Object.fromEntries(Object.entries(zonedata).map(([name, entries]) => [name, toLiteral(entries)]))
}

function toLiteral(entries: readonly Entry[]): NameLiteral {
  const records: { [type: string]: string[] } = {}
  const add = (type: string, value: string): void => {
    records[type] = [...(records[type] ?? []), value]
  }
  const hasTxt = entries.some(entry => typeof entry !== 'string' && 'TXT' in entry)
  for (const entry of entries) {
    if (typeof entry === 'string') continue
    for (const [type, value] of Object.entries(entry)) {
      if (value === 'NONE') continue
      if (type === 'SPF') {
        if (!hasTxt) add('TXT', typeof value === 'string' ? value : value.join(''))
      } else add(type, typeof value === 'string' ? value : value.join(type === 'MX' ? ' ' : ''))
    }
  }
  const { CNAME, ...others } = records
  const silent = entries.includes('TIMEOUT')
  const fail = Object.fromEntries(
    TYPES.filter(type => records[type] === undefined).map(type => [type, 'timeout' as const]),
  )
  return { ...others, ...(CNAME?.[0] === undefined ? {} : { CNAME: CNAME[0] }), ...(silent ? { fail } : {}) }
}

suite('RFC 7208: the published SPF suite', () => {
  if (SUITES === undefined || !existsSync(FILE)) {
    test('was not run', { skip: `POSTRIDER_SUITES is not given, or has no ${FILE}` }, () => {})
    return
  }
  const scenarios = JSON.parse(readFileSync(FILE, 'utf8')) as readonly Scenario[]
  for (const { description, tests, zonedata } of scenarios) {
    const resolver = createFakeDns(toZone(zonedata))
    for (const [name, { helo, host, mailfrom, result }] of Object.entries(tests)) {
      test(`${description}: ${name}`, async () => {
        const sender = mailfrom === '' ? undefined : mailfrom
        const seen = await evaluateSpf(
          { resolver, signal: new AbortController().signal },
          { sender, helo, address: host },
        )
        const wanted = typeof result === 'string' ? [result] : result
        const reason = MISSES[name]
        if (reason === undefined)
          assert.ok(wanted.includes(seen.result), `${seen.result}, wanted ${wanted} (${seen.problem})`)
        else assert.ok(!wanted.includes(seen.result), `no miss any more, although: ${reason}`)
      })
    }
  }
})
