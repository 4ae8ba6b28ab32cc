import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { printProblem, problemsOf } from './problem.ts'
import { type AnyShape, check, type Issue, kinds } from './shape.ts'

const issues = (shape: AnyShape, value: unknown): readonly Issue[] => {
  const result = check(shape, value)
  return 'issues' in result ? result.issues : []
}
const checked = (shape: AnyShape, value: unknown): unknown => {
  const result = check(shape, value)
  return 'value' in result ? result.value : assert.fail(JSON.stringify(result.issues))
}
const k = kinds

suite('shapes', () => {
  test('a value of another type is one mistake, whatever else is asked of it', () => {
    const shape = k
      .string()
      .min(3)
      .refine(value => value.startsWith('a'))
    assert.deepEqual(issues(shape, 5), [{ path: [], fatal: true }])
    assert.deepEqual(issues(shape, 'bbb'), [{ path: [] }])
    assert.deepEqual(issues(shape, 'abc'), [])
  })

  test('numbers are finite, whole ones are safe, and bounds belong to the good', () => {
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, '1', null, undefined])
      assert.equal(issues(k.number(), wrong).length, 1, String(wrong))
    for (const wrong of [1.5, 2 ** 53, 0, 11])
      assert.equal(issues(k.int().min(1).max(10), wrong).length, 1, String(wrong))
    for (const good of [1, 10]) assert.equal(checked(k.int().min(1).max(10), good), good)
  })

  test('an object tells of every key, of those it does not have, and of those that are missing', () => {
    const shape = k.strictObject({ a: k.string(), b: k.int(), c: k.boolean().optional() })
    assert.deepEqual(issues(shape, { a: 1, x: 1, y: 2 }), [
      { path: ['a'], fatal: true },
      { path: ['b'], fatal: true },
      { path: [], keys: ['x', 'y'] },
    ])
    for (const wrong of [null, undefined, [], 'a', 1])
      assert.deepEqual(issues(shape, wrong), [{ path: [], fatal: true }])
  })

  test('keys that every object inherits are neither taken nor known', () => {
    const shape = k.strictObject({ a: k.string().optional() })
    assert.deepEqual(issues(shape, { toString: 1 }), [{ path: [], keys: ['toString'] }])
    assert.deepEqual(issues(shape, JSON.parse('{"__proto__":1}')), [{ path: [], keys: ['__proto__'] }])
    assert.deepEqual(checked(shape, Object.create({ a: 'inherited' })), {})
  })

  test('a rule about a whole object is asked only when its keys have the right types', () => {
    const shape = k.strictObject({ a: k.string().min(2) }).refine(() => false)
    assert.deepEqual(issues(shape, { a: 1 }), [{ path: ['a'], fatal: true }])
    assert.deepEqual(issues(shape, { a: 'x' }), [{ path: ['a'] }, { path: [] }])
  })

  test('what is left out has its default, each time a new one, or is filled in from within', () => {
    const list = k.array(k.int()).min(1).default([1, 2])
    const [first, second] = [checked(list, undefined), checked(list, undefined)]
    assert.deepEqual(first, [1, 2])
    assert.notEqual(first, second)
    const section = k.strictObject({ a: k.int().default(7), b: k.string().optional() }).prefault({})
    assert.deepEqual(checked(section, undefined), { a: 7 })
    assert.deepEqual(checked(section, { a: undefined, b: 'x' }), { a: 7, b: 'x' })
    assert.equal(issues(section, null).length, 1)
  })

  test('one of several shapes is enough', () => {
    const shape = k.union([k.boolean(), k.literal('auto'), k.literal(4)])
    for (const good of [true, false, 'auto', 4]) assert.equal(checked(shape, good), good)
    for (const wrong of ['4', 5, null]) assert.deepEqual(issues(shape, wrong), [{ path: [], fatal: true }])
    assert.equal(issues(k.enum(['a', 'b']), 'c').length, 1)
  })

  test('what was given is never changed', () => {
    const given = Object.freeze({ a: Object.freeze([1, 2]) })
    const shape = k.strictObject({ a: k.array(k.int()), b: k.int().default(1) })
    assert.deepEqual(checked(shape, given), { a: [1, 2], b: 1 })
  })

  test('every item of a list is told of by its place', () => {
    const shape = k.array(k.strictObject({ a: k.int() })).min(4)
    assert.deepEqual(issues(shape, [{ a: 1 }, { a: 'x' }, 3]), [
      { path: [1, 'a'], fatal: true },
      { path: [2], fatal: true },
    ])
    assert.deepEqual(issues(shape, [{ a: 1 }]), [{ path: [] }])
  })

  test('a record has keys of any name, and each value is told of by its key', () => {
    const shape = k.record(k.int())
    assert.deepEqual(checked(shape, { a: 1, toString: 2 }), { a: 1, toString: 2 })
    assert.deepEqual(issues(shape, { a: 'x' }), [{ path: ['a'], fatal: true }])
    for (const wrong of [null, [], 'a']) assert.equal(issues(shape, wrong).length, 1)
  })

  test('a loose object keeps what it does not know, and still asks of what it does', () => {
    const shape = k.looseObject({ a: k.int(), b: k.strictObject({ c: k.int() }).optional() })
    assert.deepEqual(checked(shape, { a: 1, more: 'x' }), { a: 1, more: 'x' })
    assert.deepEqual(issues(shape, { a: 'x', more: 1 }), [{ path: ['a'], fatal: true }])
    assert.deepEqual(issues(shape, { a: 1, b: { c: 1, d: 2 } }), [{ path: ['b'], keys: ['d'] }])
    assert.equal(issues(shape, []).length, 1)
  })

  test('what may be null is null or good', () => {
    const shape = k.string().nullable()
    assert.equal(checked(shape, null), null)
    assert.equal(checked(shape, 'a'), 'a')
    assert.deepEqual(issues(shape, 1), [{ path: [], fatal: true }])
    assert.equal(issues(shape, undefined).length, 1)
  })

  test('a mistake is worded by the node that it stands at, inside records and alternatives too', () => {
    const shape = k.strictObject({ a: k.record(k.int().min(1).max(2)), b: k.array(k.boolean()).nullable() })
    const given = { a: { x: 9 }, b: [1] }
    const result = check(shape, given)
    assert.ok('issues' in result)
    assert.deepEqual(problemsOf(result.issues, given, shape.rule.node).map(printProblem), [
      'a.x: found 9, wanted a whole number from 1 to 2',
      'b: found a list of 1, wanted a list or null',
    ])
  })
})
