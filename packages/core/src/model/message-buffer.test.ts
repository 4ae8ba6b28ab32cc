import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { allocateMessage, isGivenAway, joined, LARGE_BYTES, letGo, putAbove } from './message-buffer.ts'

function message(text: string): Buffer {
  const bytes = allocateMessage(text.length)
  bytes.write(text, 'latin1')
  return bytes
}

test('what is put above a message with room is put there without a copy, again and again', () => {
  const bytes = message('body')
  const once = putAbove(Buffer.from('two\n'), bytes)
  const twice = putAbove(Buffer.from('one\n'), once)
  assert.equal(twice.toString(), 'one\ntwo\nbody')
  assert.equal(twice.buffer, bytes.buffer)
  assert.deepEqual([bytes.toString(), once.toString()], ['body', 'two\nbody'])
})

test('the room is given once: an older view gets a copy, and nobody sees another head', () => {
  const bytes = message('body')
  const one = putAbove(Buffer.from('one\n'), bytes)
  const other = putAbove(Buffer.from('other\n'), bytes)
  assert.deepEqual([one.toString(), other.toString()], ['one\nbody', 'other\nbody'])
})

test('a head is replaced in place, and copied when there is no room or the octets are not ours', () => {
  assert.equal(putAbove(Buffer.from('longer head\n'), message('head\nbody'), 5).toString(), 'longer head\nbody')
  assert.equal(putAbove(Buffer.alloc(20_000, 'x'), message('body')).length, 20_004)
  const theirs = Buffer.from('head\nbody')
  assert.equal(putAbove(Buffer.from('new\n'), theirs, 5).toString(), 'new\nbody')
  assert.equal(theirs.toString(), 'head\nbody')
})

test('only what is large and was made here is given away', () => {
  assert.ok(isGivenAway(allocateMessage(LARGE_BYTES)))
  assert.ok(isGivenAway(joined([Buffer.alloc(LARGE_BYTES), Buffer.from('x')])))
  assert.ok(!isGivenAway(allocateMessage(LARGE_BYTES - 1)))
  assert.ok(!isGivenAway(Buffer.alloc(LARGE_BYTES)))
})

test('what is let go is freed when it was given to us, and left alone when it is theirs', () => {
  const [ours, theirs] = [allocateMessage(LARGE_BYTES), Buffer.alloc(LARGE_BYTES)]
  for (const bytes of [ours, theirs]) letGo(bytes)
  assert.deepEqual([ours.length, theirs.length], [0, LARGE_BYTES])
})
