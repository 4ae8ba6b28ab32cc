import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Connections, type Newcomer } from './connections.ts'

const LIMITS = { connections: 10, connectionsPerAddress: 8 }

function world(limits = LIMITS) {
  const connections = new Connections(() => limits)
  const gone: string[] = []
  const enter = (id: string, address: string, more: Partial<Newcomer> = {}) =>
    connections.enter({ id, address, trusted: false, ...more }, () => gone.push(id))
  return { connections, gone, enter }
}

test('a client that has logged in before finds a place among strangers of ever other addresses, a new one does not', () => {
  const { connections, gone, enter } = world()
  enter('before', 'friend')
  connections.loggedIn('before')
  connections.left('before')
  for (let at = 0; at < 10; at++) assert.equal(enter(`s${at}`, `10.0.0.${at}`), 'in')
  assert.equal(enter('new', '192.0.2.1'), 'full')
  assert.equal(enter('again', 'friend'), 'in')
  assert.deepEqual(gone, ['s0'])
})

test('a new client gets the oldest place of the address that has most, until it has as many', () => {
  const { gone, enter } = world()
  for (let at = 0; at < 7; at++) enter(`a${at}`, 'attacker')
  for (let at = 0; at < 3; at++) enter(`o${at}`, `10.0.0.${at}`)
  for (let at = 0; at < 4; at++) enter(`n${at}`, 'new')
  assert.deepEqual(gone, ['a0', 'a1', 'a2'])
})

test('who has logged in, and who needs no login, never gives way', () => {
  const { connections, gone, enter } = world()
  for (let at = 0; at < 8; at++) {
    enter(`f${at}`, 'friend')
    connections.loggedIn(`f${at}`)
  }
  for (let at = 0; at < 2; at++) enter(`t${at}`, 'network', { trusted: true })
  assert.equal(enter('new', '192.0.2.1'), 'full')
  assert.equal(enter('more', 'network', { trusted: true }), 'full')
  assert.deepEqual(gone, [])
  connections.left('f0')
  assert.equal(enter('new', '192.0.2.1'), 'in')
})

test('one address has so many places and no more, and a place that was left is free once', () => {
  const { connections, enter } = world()
  for (let at = 0; at < 8; at++) assert.equal(enter(`a${at}`, 'one'), 'in')
  assert.equal(enter('a8', 'one'), 'too-many-from-you')
  connections.left('a8')
  assert.equal(enter('a8', 'one'), 'too-many-from-you')
  connections.left('a0')
  connections.left('a0')
  assert.equal(enter('a8', 'one'), 'in')
  assert.equal(enter('a9', 'one'), 'too-many-from-you')
})

test('who takes the place of a stranger of its own address is counted once', () => {
  const { connections, gone, enter } = world({ connections: 4, connectionsPerAddress: 4 })
  enter('before', 'forum')
  connections.loggedIn('before')
  connections.left('before')
  for (let at = 0; at < 4; at++) enter(`s${at}`, 'forum')
  connections.left('s3')
  enter('other', '192.0.2.1')
  assert.equal(enter('f0', 'forum'), 'in')
  assert.deepEqual(gone, ['s0'])
  for (const id of ['s1', 's2', 'f0']) connections.left(id)
  for (let at = 0; at < 3; at++) assert.equal(enter(`g${at}`, 'forum'), 'in')
  assert.equal(enter('g3', 'forum'), 'in')
})

test('without limits everybody is let in', () => {
  const { enter } = world({ connections: 0, connectionsPerAddress: 0 })
  for (let at = 0; at < 100; at++) assert.equal(enter(`a${at}`, 'one'), 'in')
})
