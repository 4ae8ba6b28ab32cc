import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Domain } from '../model/address.ts'
import type { Evidence, Loss, TlsSeen } from '../model/evidence.ts'
import type { Hop, NoRoute, PolicyFound, Route, TlsRequirement } from '../model/route.ts'
import { hopTo } from '../testing/parcel.ts'
import { noRouteResult, sessionResult } from './result.ts'

const HOST = 'mx.dest.test' as Domain
const DOMAIN = 'dest.test' as Domain
const RECORD = { usage: 3, selector: 1, matching: 1, data: 'ab'.repeat(32) }
const PLAIN: Hop = hopTo({ name: HOST, address: '192.0.2.25', port: 25 })
const hopWith = (tls: Partial<TlsRequirement>): Hop => ({ ...PLAIN, tls: { ...PLAIN.tls, ...tls } })
const DANE = hopWith({
  level: 'verified',
  sources: ['dane'],
  verify: { by: 'dane', records: [RECORD], names: [HOST] },
})
const PKIX = hopWith({ level: 'verified', sources: ['mta-sts'], verify: { by: 'pkix', names: [HOST] } })
const sts = (mode: 'enforce' | 'testing' | 'none', mx: readonly string[] = ['*.dest.test']): PolicyFound => ({
  dane: 'mx-not-authentic',
  mtaSts: { mode, id: '1', mx, from: 'fetched', until: 1, lines: ['version: STSv1', `mode: ${mode}`, ''] },
})
const NONE: PolicyFound = { dane: 'mx-not-authentic' }
const routeOf = (hop: Hop, policy: PolicyFound = NONE, over: Partial<Route> = {}): Route => ({
  kind: 'route',
  domain: DOMAIN,
  site: 'dest.test',
  via: 'mx',
  hops: [hop],
  skipped: [],
  policy,
  ...over,
})
const TLS: TlsSeen = { protocol: 'TLSv1.3', cipher: 'x', verified: 'none', resumed: false }
const ACCEPTED = { recipient: 0, stage: 'final-dot', reply: { code: 250, lines: ['ok'] } } as const
const seen = (hop: Hop, over: Partial<Evidence> = {}): Evidence => ({
  kind: 'evidence',
  hop,
  answers: [ACCEPTED],
  sessionReused: false,
  tookMs: 1,
  ...over,
})
const lost = (stage: Loss['stage'], code: Loss['code'], detail = 'why'): Partial<Evidence> => ({
  answers: [],
  loss: { stage, code, detail },
})

suite('which sessions count', () => {
  const rows: readonly (readonly [string, Hop, Partial<Evidence>, boolean])[] = [
    ['a new session that delivered', PLAIN, { tls: TLS }, true],
    ['a session that was open already', PLAIN, { tls: TLS, sessionReused: true }, false],
    ['a connection that was refused', PLAIN, lost('connect', 'connect-refused'), false],
    ['a greeting that never came', PLAIN, lost('greeting', 'timeout'), false],
    ['a refused EHLO', PLAIN, { answers: [], refusal: { stage: 'ehlo', reply: { code: 421, lines: ['no'] } } }, false],
    ['a wire that needs no TLS', hopWith({ level: 'none' }), {}, false],
    ['TLS from the first octet, which no policy is about', { ...PLAIN, implicitTls: true }, { tls: TLS }, false],
    ['an attempt that we cut off', DANE, lost('tls', 'aborted'), false],
    ['a loss after TLS', PLAIN, { tls: TLS, ...lost('data', 'reset') }, true],
  ]
  for (const [what, hop, over, counts] of rows)
    test(`${what} ${counts ? 'counts' : 'does not count'}`, () => {
      assert.equal(sessionResult(routeOf(hop), seen(hop, over)) !== undefined, counts)
    })

  test('mail to an address literal has no policy domain', () => {
    assert.equal(sessionResult(routeOf(PLAIN, NONE, { via: 'address-literal' }), seen(PLAIN, { tls: TLS })), undefined)
  })
})

suite('which policy was applied', () => {
  test('TLSA records come before MTA-STS (RFC 8461 §2), and their base domain is the policy domain', () => {
    const result = sessionResult(routeOf(DANE, sts('enforce')), seen(DANE, { tls: { ...TLS, verified: 'dane' } }))
    assert.deepEqual(result, {
      reportTo: [DOMAIN, HOST],
      policy: { type: 'tlsa', text: [`3 1 1 ${RECORD.data}`], domain: HOST, mxHosts: [] },
      good: true,
      failures: [],
    })
  })
  test('an MTA-STS policy is quoted line by line', () => {
    const result = sessionResult(routeOf(PKIX, sts('enforce')), seen(PKIX, { tls: { ...TLS, verified: 'pkix' } }))
    assert.deepEqual(result?.policy, {
      type: 'sts',
      text: ['version: STSv1', 'mode: enforce'],
      domain: DOMAIN,
      mxHosts: ['*.dest.test'],
    })
    assert.equal(result?.good, true)
  })
  test('mode none is no policy', () => {
    assert.equal(sessionResult(routeOf(PLAIN, sts('none')), seen(PLAIN, { tls: TLS }))?.policy.type, 'no-policy-found')
  })
  test('a smarthost is judged by its own name (RFC 8460 §1.1)', () => {
    const result = sessionResult(routeOf(PLAIN, NONE, { via: 'smarthost' }), seen(PLAIN, { tls: TLS }))
    assert.deepEqual(result?.reportTo, [HOST])
  })
  test('records that cannot be used are told, and the session is good when it was encrypted (RFC 7672 §2.2)', () => {
    const hop = hopWith({ level: 'encrypted', sources: ['dane'] })
    const result = sessionResult(routeOf(hop), seen(hop, { tls: TLS }))
    assert.deepEqual([result?.policy.type, result?.good, result?.failures[0]?.type], ['tlsa', true, 'tlsa-invalid'])
  })
})

suite('what went wrong', () => {
  const testing = sts('testing')
  const rows: readonly (readonly [string, Hop, PolicyFound, Partial<Evidence>, string, string | undefined])[] = [
    ['no STARTTLS, and none needed', PLAIN, NONE, {}, 'starttls-not-supported', undefined],
    ['no STARTTLS under DANE', DANE, NONE, lost('starttls', 'starttls-missing'), 'starttls-not-supported', undefined],
    ['TLSA records that do not match', DANE, NONE, lost('tls', 'tls-dane-mismatch'), 'certificate-not-trusted', 'why'],
    [
      'another name, enforced',
      PKIX,
      sts('enforce'),
      lost('tls', 'tls-name-mismatch'),
      'certificate-host-mismatch',
      'why',
    ],
    [
      'an expired certificate, enforced',
      PKIX,
      sts('enforce'),
      lost('tls', 'tls-expired'),
      'certificate-expired',
      'why',
    ],
    [
      'an unknown authority, enforced',
      PKIX,
      sts('enforce'),
      lost('tls', 'tls-untrusted'),
      'certificate-not-trusted',
      'why',
    ],
    ['a handshake that fails', DANE, NONE, lost('tls', 'tls-handshake'), 'validation-failure', 'why'],
    [
      'STARTTLS that is refused',
      PLAIN,
      NONE,
      { answers: [], refusal: { stage: 'starttls', reply: { code: 454, lines: ['no'] } } },
      'validation-failure',
      'STARTTLS was refused with 454',
    ],
    ['a fall back to plain text', PLAIN, NONE, { fellBackToPlain: 'broken' }, 'validation-failure', 'broken'],
    ['no STARTTLS in testing mode', PLAIN, testing, {}, 'starttls-not-supported', undefined],
    [
      'another name in testing mode',
      PLAIN,
      testing,
      { tls: { ...TLS, problem: 'why', problemCode: 'tls-name-mismatch' } },
      'certificate-host-mismatch',
      'why',
    ],
    [
      'a host that the policy does not list, in testing mode',
      PLAIN,
      sts('testing', ['other.test']),
      { tls: { ...TLS, verified: 'pkix' } },
      'validation-failure',
      'the MTA-STS policy does not list this MX host',
    ],
  ]
  for (const [what, hop, policy, over, type, reason] of rows)
    test(`${what} is ${type}`, () => {
      const result = sessionResult(routeOf(hop, policy), seen(hop, over), '198.51.100.1')
      assert.equal(result?.good, false)
      assert.deepEqual(result?.failures, [
        {
          type,
          mxHost: HOST,
          mxAddress: '192.0.2.25',
          sendingAddress: '198.51.100.1',
          ...(reason === undefined ? {} : { reason }),
        },
      ])
    })

  test('testing mode judges a good certificate as good', () => {
    const result = sessionResult(routeOf(PLAIN, testing), seen(PLAIN, { tls: { ...TLS, verified: 'pkix' } }))
    assert.deepEqual([result?.good, result?.failures], [true, []])
  })

  for (const [problem, type] of [
    ['sts-policy-fetch-error: it answers with status 404', 'sts-policy-fetch-error'],
    ['sts-webpki-invalid: expired', 'sts-webpki-invalid'],
    ['sts-policy-invalid: it has no mx', 'sts-policy-invalid'],
    ['the record is invalid: it has no id', 'sts-policy-invalid'],
  ] as const)
    test(`a policy that cannot be had is the failure of its type: ${problem}`, () => {
      const result = sessionResult(routeOf(PLAIN, { ...NONE, mtaStsProblem: problem }), seen(PLAIN, { tls: TLS }))
      assert.deepEqual(result?.policy, { type: 'sts', text: [], domain: DOMAIN, mxHosts: [] })
      assert.deepEqual([result?.good, result?.failures.map(failure => failure.type)], [false, [type]])
      assert.equal(result?.failures[0]?.mxHost, undefined)
    })

  test('a cached policy is still applied, and the trouble told beside a good session', () => {
    const policy = { ...sts('enforce'), mtaStsProblem: 'sts-policy-fetch-error: it answers with status 500' }
    const result = sessionResult(routeOf(PKIX, policy), seen(PKIX, { tls: { ...TLS, verified: 'pkix' } }))
    assert.deepEqual(
      [result?.good, result?.failures],
      [true, [{ type: 'sts-policy-fetch-error', reason: 'it answers with status 500' }]],
    )
  })

  test('a record that could not be looked up announces no policy', () => {
    const policy = { ...NONE, mtaStsProblem: 'the record cannot be looked up: servfail' }
    assert.deepEqual(sessionResult(routeOf(PLAIN, policy), seen(PLAIN, { tls: TLS }))?.policy.type, 'no-policy-found')
  })

  test('a reason is short, whatever was said', () => {
    const result = sessionResult(routeOf(DANE), seen(DANE, lost('tls', 'tls-handshake', 'x'.repeat(5000))))
    assert.equal(result?.failures[0]?.reason?.length, 200)
  })
})

suite('no host to go to', () => {
  const none = (over: Partial<NoRoute>): NoRoute => ({
    kind: 'no-route',
    domain: DOMAIN,
    reason: 'policy-refuses-all',
    detail: '',
    skipped: [],
    policy: NONE,
    ...over,
  })
  test('a failing look-up of TLSA records is dnssec-invalid', () => {
    const skipped = [{ host: HOST, because: 'dane-lookup-failed', detail: 'servfail' }] as const
    const result = noRouteResult(none({ reason: 'policy-lookup-failed', skipped }))
    assert.deepEqual(result, {
      reportTo: [DOMAIN],
      policy: { type: 'tlsa', text: [], domain: HOST, mxHosts: [] },
      good: false,
      failures: [{ type: 'dnssec-invalid', mxHost: HOST, reason: 'servfail' }],
    })
  })
  test('hosts that an enforced policy does not list are the failure of that policy', () => {
    const skipped = [{ host: HOST, because: 'not-an-mta-sts-host', detail: '' }] as const
    const result = noRouteResult(none({ skipped, policy: sts('enforce', ['other.test']) }))
    assert.deepEqual([result?.policy.type, result?.good, result?.failures.length], ['sts', false, 1])
  })
  test('whatever has nothing to do with TLS does not count', () => {
    assert.equal(noRouteResult(none({ reason: 'dns-failed' })), undefined)
    const skipped = [{ host: HOST, because: 'no-address', detail: '' }] as const
    assert.equal(noRouteResult(none({ reason: 'mx-unusable', skipped })), undefined)
  })
})
