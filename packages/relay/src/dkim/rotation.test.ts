import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { loadDkimKey, type ResolvedDkim } from '@postrider/core'
import { openSqliteStore } from '../store/index.ts'
import { beginRotation } from './begin.ts'
import { AT, begunWith, domain, keyOf } from './rotation.fixture.ts'
import { keysInForce, nextSelector, type Rotation } from './rotation.ts'
import { MOST_KEPT, StoredRotations } from './stored-rotations.ts'

const names = (keys: readonly ResolvedDkim[]): readonly string[] =>
  keys.map(({ selector, standing }) => (standing === undefined ? selector : `(${selector})`))

suite('the keys in force', async () => {
  const [old, next, third] = [await keyOf('mail'), await keyOf('mail2'), await keyOf('mail3')]
  test('are those of the configuration until the new record is seen, and the new one is believed', () => {
    assert.deepEqual(names(keysInForce([old], [])), ['mail'])
    assert.deepEqual(names(keysInForce([old], [begunWith([next], [old])])), ['mail', '(mail2)'])
  })
  test('are the new one and then the old one while mail is under way, and a revoked one signs nothing', () => {
    assert.deepEqual(names(keysInForce([old], [begunWith([next], [old], { stage: 'retire' })])), ['mail2', 'mail'])
    assert.deepEqual(names(keysInForce([old], [begunWith([next], [old], { stage: 'revoke' })])), ['mail2', '(mail)'])
    const again = begunWith([third], [next], { number: 2, stage: 'retire' })
    const done = begunWith([next], [old], { stage: 'done' })
    assert.deepEqual(names(keysInForce([old], [done, again])), ['mail3', 'mail2', '(mail)'])
  })
  test('are the same when they are made of themselves', () => {
    const turns = [begunWith([next], [old], { stage: 'revoke' })]
    const once = keysInForce([old], turns)
    assert.deepEqual(keysInForce(once, turns), once)
    assert.deepEqual(keysInForce(once, []), [old])
  })
  test('begin with one that was put into the configuration since then', async () => {
    const later = await keyOf('2027a')
    assert.deepEqual(names(keysInForce([old, later], [begunWith([next], [old], { stage: 'done' })])), [
      '2027a',
      'mail2',
      '(mail)',
    ])
  })
  test('leave other domains and their order alone, and a domain that is not configured is not signed for', () => {
    const other = { ...old, domain: 'other.example' as ResolvedDkim['domain'] }
    const turns = [begunWith([next], [old], { stage: 'retire' })]
    const keys = keysInForce([other, old], turns)
    assert.deepEqual(
      keys.map(one => `${one.selector}.${one.domain}`),
      ['mail.other.example', 'mail2.abc.example', 'mail.abc.example'],
    )
    assert.deepEqual(keysInForce([other], turns), [other])
  })
})

test('the next selector is one that was never used', () => {
  assert.equal(nextSelector('mail', new Set(['mail'])), 'mail2')
  assert.equal(nextSelector('mail2', new Set(['mail2', 'mail3'])), 'mail4')
  assert.equal(nextSelector('2026', new Set()), '2027')
})

const memory = async (): Promise<StoredRotations> => new StoredRotations(await openSqliteStore(':memory:'))

suite('a rotation that is begun', () => {
  test('makes one key for each algorithm that signs, and takes all of the domain away', async () => {
    const rotations = await memory()
    const keys = [await keyOf('r1', 'rsa-sha256'), await keyOf('e1'), await keyOf('e0')]
    const begun = await beginRotation(rotations, { domain, keys, at: AT })
    assert.equal(begun.kind, 'begun')
    const { keys: made, former } = (begun as { rotation: Rotation }).rotation
    const kinds = made.map(({ selector, privateKey }) => [
      selector,
      loadDkimKey({ domain, selector, pem: privateKey }).algorithm,
    ])
    assert.deepEqual(kinds, [
      ['r2', 'rsa-sha256'],
      ['e2', 'ed25519-sha256'],
    ])
    assert.deepEqual(
      former.map(({ selector }) => selector),
      ['r1', 'e1', 'e0'],
    )
  })
  test('is one of a domain at a time, and none where nothing signs', async () => {
    const rotations = await memory()
    const keys = [await keyOf('mail')]
    await beginRotation(rotations, { domain, keys, at: AT })
    assert.equal((await beginRotation(rotations, { domain, keys, at: AT })).kind, 'open')
    assert.equal((await rotations.list()).length, 1)
    assert.equal((await beginRotation(rotations, { domain: 'other.example', keys, at: AT })).kind, 'unsigned')
  })
  test('can be ended while its key does not sign, and then not', async () => {
    const rotations = await memory()
    const keys = [await keyOf('mail')]
    await beginRotation(rotations, { domain, keys, at: AT })
    const [looked] = await rotations.list()
    assert.deepEqual((await rotations.cancel(domain, AT))?.former.length, 1)
    assert.deepEqual(
      (await rotations.list()).map(({ stage }) => stage),
      ['cancelled'],
    )
    assert.deepEqual(keysInForce(keys, await rotations.list()), keys)
    const next = await beginRotation(rotations, { domain, keys, at: AT })
    assert.ok(next.kind === 'begun')
    // What was published for the first may be remembered.
    assert.deepEqual(
      next.rotation.keys.map(({ selector }) => selector),
      ['mail3'],
    )
    assert.equal(await rotations.enter(looked as Rotation, 'retire', AT + 1), false, 'it was seen published before')
    assert.ok(await rotations.enter(next.rotation, 'retire', AT + 1))
    assert.equal(await rotations.cancel(domain, AT), undefined)
  })
  test('is entered once into each stage, whoever comes', async () => {
    const rotations = await memory()
    await beginRotation(rotations, { domain, keys: [await keyOf('mail')], at: AT })
    const [open] = await rotations.list()
    const both = await Promise.all([1, 2].map(at => rotations.enter(open as Rotation, 'retire', AT + at)))
    assert.deepEqual(both, [true, false])
    const [now] = await rotations.list()
    assert.deepEqual([now?.stage, now?.since, now?.signedAt], ['retire', AT + 1, AT + 1])
  })
  test('leaves of old ones the selectors alone, so that the store stays small', async () => {
    const rotations = await memory()
    let keys: readonly ResolvedDkim[] = [await keyOf('mail')]
    for (let turn = 0; turn < MOST_KEPT + 3; turn++) {
      await beginRotation(rotations, { domain, keys, at: AT + turn })
      const open = (await rotations.list()).at(-1) as Rotation
      for (const [from, to] of [
        ['publish', 'retire'] as const,
        ['retire', 'revoke'] as const,
        ['revoke', 'done'] as const,
      ])
        assert.ok(await rotations.enter({ ...open, stage: from }, to, AT + turn))
      keys = keysInForce(keys, await rotations.list())
    }
    const kept = await rotations.list()
    assert.equal(kept.filter(one => one.keys.length > 0).length, MOST_KEPT)
    const [signing, ...others] = names(keys)
    assert.equal(signing, `mail${MOST_KEPT + 4}`)
    assert.ok(others.every(name => name.startsWith('(')))
    assert.equal(others.at(-1), '(mail)')
  })
})
