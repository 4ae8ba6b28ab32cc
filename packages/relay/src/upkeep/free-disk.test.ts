import assert from 'node:assert/strict'
import { statfsSync } from 'node:fs'
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

test('what was announced and never came in counts no longer than it is waited for', async () => {
  const disk = await diskOf({ bytes: 300 })
  for (let times = 0; times < 5; times++) {
    assert.ok(disk.take(60))
    disk.give(60, 0)
  }
  assert.ok(disk.take(60))
  disk.give(60)
  assert.ok(disk.hasRoom(40))
  assert.ok(!disk.hasRoom(41))
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

test('the room is that of the file system, compared with what is wanted now', async () => {
  let least = 1
  const disk = new Disk({ folder: import.meta.dirname, leastFreeBytes: () => least, clock: new FakeClock() })
  await disk.watch()
  const { blocks, bsize } = statfsSync(import.meta.dirname)
  assert.ok(disk.freeBytes > 0 && disk.freeBytes <= blocks * bsize, String(disk.freeBytes))
  assert.ok(disk.hasRoom())
  least = Number.MAX_SAFE_INTEGER
  assert.ok(!disk.hasRoom(), 'a reload has changed it')
  disk.close()
})

test('a disk is looked at every five seconds, and not any more when it is closed in the middle of a look', async () => {
  const clock = new FakeClock()
  const free = { bytes: 99 }
  const disk = await diskOf(free, clock)
  free.bytes = 100
  await clock.advance(4_999)
  assert.ok(!disk.hasRoom())
  await clock.advance(1)
  assert.ok(disk.hasRoom())
  const look = disk.watch()
  disk.close()
  await look
  assert.equal(clock.waiting, 0)
})
