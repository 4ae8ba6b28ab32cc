/**
 * Anything: what JavaScript can give a public function, for tests.
 */
import fc from 'fast-check'

export const ANYTHING: fc.Arbitrary<unknown> = fc.anything({
  withDate: true,
  withTypedArray: true,
  withBigInt: true,
  withNullPrototype: true,
  withObjectString: true,
})
const NUMBER: fc.Arbitrary<number> = fc.oneof(
  fc.constant(0),
  fc.integer(),
  fc.double(),
  fc.constantFrom(-1, 1e13, 2 ** 31, Number.MAX_VALUE),
)
export const VALUE: fc.Arbitrary<unknown> = fc.oneof(
  ANYTHING,
  NUMBER,
  fc.constantFrom(null, undefined, '', 'a@b.example', () => {}, Symbol('x')),
)

/** An object of which each key is as usual, or anything, or missing, and sometimes one more. */
export const like = (usual: object): fc.Arbitrary<unknown> => {
  const keys = Object.fromEntries(
    Object.entries(usual).map(([key, value]) => [key, fc.oneof(fc.constant(value), VALUE)]),
  )
  return fc.oneof(
    VALUE,
    fc.record({ ...keys, other: VALUE }, { requiredKeys: [] }),
    fc.record(keys, { requiredKeys: [] }),
  )
}

/** Of no message that there is. */
export const ID: string = '0'.repeat(20)

export const SELECTIONS: fc.Arbitrary<unknown> = fc.oneof(
  fc.constant(ID),
  like({ domain: 'b.example', from: 'me@a.example', state: 'held', account: 'a' }),
)

export const FORWARDS: fc.Arbitrary<unknown> = like({
  to: 'postmaster@a.example',
  recipients: ['you@b.example'],
  operator: 'me@a.example',
  from: null,
  client: { address: '192.0.2.1', helo: 'x.example' },
  seal: 'a.example',
})

/** Those of the classes above it, too. */
export function methodsOf(it: object): readonly string[] {
  const above: object = Object.getPrototypeOf(it)
  if (above === Object.prototype) return []
  return [...Object.getOwnPropertyNames(above).filter(name => name !== 'constructor'), ...methodsOf(above)]
}

export const MOMENTS: fc.Arbitrary<unknown> = like({
  idempotencyKey: 'x',
  notBefore: 0,
  expiresAt: 1e13,
  priority: 'low',
})
export const SIGNALS: fc.Arbitrary<unknown> = like({ signal: new AbortController().signal })
export const SUPPRESSIONS: fc.Arbitrary<unknown> = like({
  address: 'a@b.example',
  note: 'x',
  origin: 'manual',
  until: 1e13,
})
export const FILTERS: fc.Arbitrary<unknown> = like({
  state: 'held',
  to: 'a@b.example',
  domain: 'b.example',
  from: 'x',
  account: 'x',
  tags: { a: 'b' },
  via: 'sdk',
  messageId: '<x@y>',
  subject: 'x',
  since: 0,
  before: 1e13,
  limit: 10,
  after: ID,
})
/** Of a mail that came in. */
export const INCOMING: fc.Arbitrary<unknown> = like({ from: null, client: { address: '192.0.2.1', helo: 'x.example' } })
