import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { FakeClock } from '../testing/fake-clock.ts'
import { BytesCache } from './bytes-cache.ts'

test('what was put in comes out, until it is taken away', () => {
  const cache = new BytesCache(new FakeClock(), 100)
  const bytes = Buffer.alloc(60)
  cache.set('a', bytes)
  assert.equal(cache.get('a'), bytes)
  cache.delete('a')
  cache.delete('a')
  assert.equal(cache.get('a'), undefined)
})

test('while it is full nothing new is taken in, for the oldest are asked for first', () => {
  const cache = new BytesCache(new FakeClock(), 100)
  cache.set('a', Buffer.alloc(60))
  cache.set('b', Buffer.alloc(60))
  assert.ok(cache.get('a'))
  assert.equal(cache.get('b'), undefined)
  cache.delete('a')
  cache.set('b', Buffer.alloc(60))
  assert.ok(cache.get('b'))
})

test('what was not asked for within a minute makes room', async () => {
  const clock = new FakeClock()
  const cache = new BytesCache(clock, 100)
  cache.set('a', Buffer.alloc(60))
  await clock.advance(60_001)
  cache.set('b', Buffer.alloc(60))
  assert.equal(cache.get('a'), undefined)
  assert.ok(cache.get('b'))
})
