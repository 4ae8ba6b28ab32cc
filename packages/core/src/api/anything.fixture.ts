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
