import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Domain } from '../model/address.ts'
import { TLS_LEVELS, type TlsLevel, type TlsRequirement } from '../model/route.ts'
import type { DaneFound } from './dane.ts'
import { type Demands, join, requirementOf } from './requirement.ts'

const host = 'mx.example.com' as Domain
const base = 'real.example.net' as Domain
const records = [{ usage: 3, selector: 1, matching: 1, data: 'ab'.repeat(32) }]
const DANE = {
  none: { kind: 'none', ttl: 1 },
  usable: { kind: 'usable', records, base, names: [base, host], ttl: 1 },
  unusable: { kind: 'unusable', base, ttl: 1 },
} as const satisfies Record<string, DaneFound>

type DaneKind = keyof typeof DANE
type Mode = 'enforce' | 'testing' | 'none' | 'absent'

interface Row {
  readonly floor: TlsLevel
  readonly provider: boolean
  readonly mtaSts: Mode
  readonly dane: DaneKind
  readonly requireTls: boolean
  readonly tlsRequiredNo: boolean
}

function required({ floor, provider, mtaSts, dane, requireTls, tlsRequiredNo }: Row): TlsRequirement {
  const demands: Demands = {
    host,
    floor,
    dane: DANE[dane],
    needs: { requireTls, tlsRequiredNo },
    ...(provider ? { provider: 'encrypted' } : {}),
    ...(mtaSts === 'absent' ? {} : { mtaSts }),
  }
  return requirementOf(demands)
}

const ROWS: readonly Row[] = TLS_LEVELS.flatMap(floor =>
  [false, true].flatMap(provider =>
    (['enforce', 'testing', 'none', 'absent'] as const).flatMap(mtaSts =>
      (['none', 'usable', 'unusable'] as const).flatMap(dane =>
        [false, true].flatMap(requireTls =>
          [false, true].map(tlsRequiredNo => ({ floor, provider, mtaSts, dane, requireTls, tlsRequiredNo })),
        ),
      ),
    ),
  ),
)

const show = (row: Row): string => JSON.stringify(row)
const rank = (level: TlsLevel): number => TLS_LEVELS.indexOf(level)

/** What each row comes to, written a second time as sentences of the RFCs rather than as a join. */
function expected({ floor, provider, mtaSts, dane, requireTls, tlsRequiredNo }: Row): {
  level: TlsLevel
  by?: 'dane' | 'pkix'
} {
  const silenced = tlsRequiredNo && !requireTls
  const by = dane === 'usable' && !silenced ? 'dane' : 'pkix'
  if (requireTls || floor === 'verified') return { level: 'verified', by }
  if (silenced) return { level: floor }
  if (dane === 'usable' || mtaSts === 'enforce') return { level: 'verified', by }
  if (dane === 'unusable' || provider || floor === 'encrypted') return { level: 'encrypted' }
  return { level: floor }
}

suite('what is required of a host', () => {
  test(`each of the ${ROWS.length} rows of DANE × MTA-STS × floor × provider × REQUIRETLS × TLS-Required comes to what the RFCs say`, () => {
    assert.equal(ROWS.length, 384)
    for (const row of ROWS) {
      const { level, verify } = required(row)
      const wanted = expected(row)
      assert.deepEqual([level, verify?.by], [wanted.level, wanted.by], show(row))
    }
  })

  test('a configured floor is never undercut', () => {
    for (const row of ROWS) assert.ok(rank(required(row).level) >= rank(row.floor), show(row))
  })

  test('another voice never makes it weaker, except "TLS-Required: No"', () => {
    for (const row of ROWS) {
      const level = rank(required(row).level)
      assert.ok(rank(required({ ...row, provider: true }).level) >= level, show(row))
      assert.ok(rank(required({ ...row, mtaSts: 'enforce' }).level) >= level, show(row))
      assert.ok(rank(required({ ...row, dane: 'usable' }).level) >= level || row.tlsRequiredNo, show(row))
      assert.ok(rank(required({ ...row, requireTls: true }).level) >= level, show(row))
    }
  })

  test('testing mode demands nothing (RFC 8461 §5)', () => {
    for (const row of ROWS.filter(each => each.mtaSts === 'testing')) {
      assert.deepEqual(required(row), required({ ...row, mtaSts: 'absent' }), show(row))
    }
  })

  test('with usable TLSA records they decide, and SNI is their base domain (RFC 7672 §8.1)', () => {
    const requirement = required({
      floor: 'opportunistic',
      provider: true,
      mtaSts: 'enforce',
      dane: 'usable',
      requireTls: false,
      tlsRequiredNo: false,
    })
    assert.deepEqual(requirement, {
      level: 'verified',
      sources: ['dane', 'mta-sts', 'provider'],
      verify: { by: 'dane', records, names: [base, host] },
      sni: base,
    })
  })

  test('unusable TLSA records beside MTA-STS leave the name to be verified by PKIX', () => {
    const requirement = required({
      floor: 'opportunistic',
      provider: false,
      mtaSts: 'enforce',
      dane: 'unusable',
      requireTls: false,
      tlsRequiredNo: false,
    })
    assert.deepEqual([requirement.level, requirement.verify], ['verified', { by: 'pkix', names: [host] }])
  })

  test('"TLS-Required: No" silences the receiving side, yields to REQUIRETLS, and leaves a floor (RFC 8689 §4.2.2)', () => {
    const row: Row = {
      floor: 'opportunistic',
      provider: true,
      mtaSts: 'enforce',
      dane: 'usable',
      requireTls: false,
      tlsRequiredNo: true,
    }
    assert.deepEqual(required(row), { level: 'opportunistic', sources: ['default'], sni: host })
    assert.deepEqual(required({ ...row, floor: 'encrypted' }).sources, ['configured'])
    assert.equal(required({ ...row, requireTls: true }).verify?.by, 'dane')
  })

  test('REQUIRETLS is carried to the next hop (RFC 8689 §4.1), and only then', () => {
    for (const row of ROWS) assert.equal(required(row).requireTls, row.requireTls ? true : undefined, show(row))
  })

  test('the one that decided is named first', () => {
    for (const row of ROWS) {
      const { sources, level } = required(row)
      assert.ok(sources.length >= 1 && new Set(sources).size === sources.length, show(row))
      if (sources[0] === 'default') assert.equal(level, 'opportunistic', show(row))
      if (level === 'none') assert.deepEqual(sources, ['configured'], show(row))
    }
  })

  test('the join of two levels is the stricter, in any order', () => {
    for (const a of TLS_LEVELS) for (const b of TLS_LEVELS) assert.equal(rank(join(a, b)), Math.max(rank(a), rank(b)))
  })
})
