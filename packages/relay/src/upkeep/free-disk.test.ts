import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import { Disk } from './free-disk.ts'

const LEAST = 100

async function diskOf(free: { bytes: number }, clock: FakeClock = new FakeClock()): Promise<Disk> {
  const disk = new Disk({ folder: '/', leastFreeBytes: () => LEAST, clock, look: async () => free.bytes })
  await disk.watch()
  return disk
}

test('what is announced and coming in counts as gone, in its file and in the queue', async () => {
  const disk = await diskOf({ bytes: 300 })
  assert.ok(disk.take(60))
  assert.ok(disk.hasRoom(40))
  assert.ok(!disk.hasRoom(41))
  assert.ok(!disk.take(41))
  assert.ok(disk.take(40))
  assert.ok(disk.hasRoom())
  assert.ok(!disk.hasRoom(1))
})

test('what came in counts until the disk is looked at, and then as it is found', async () => {
  const clock = new FakeClock()
  const free = { bytes: 300 }
  const disk = await diskOf(free, clock)
  assert.ok(disk.take(90))
  disk.give(90)
  assert.ok(!disk.hasRoom(11))
  free.bytes = 210
  await clock.advance(5_000)
  assert.ok(disk.hasRoom(55))
  assert.ok(!disk.hasRoom(56))
})

test('a disk that cannot be asked is taken for one with room', async () => {
  const clock = new FakeClock()
  const disk = new Disk({
    folder: '/',
    leastFreeBytes: () => LEAST,
    clock,
    look: async () => {
      throw new Error('ENOENT')
    },
  })
  await disk.watch()
  assert.ok(disk.take(1e15))
  disk.close()
})
