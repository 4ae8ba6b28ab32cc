import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { Body, type DiskRoom, MemoryBudget } from './body.ts'

const folder = await mkdtemp(join(tmpdir(), 'postrider-body-'))
after(() => rm(folder, { recursive: true }))
const options = (budget: MemoryBudget) => ({ limitBytes: 1000, memoryBytes: 100, folder, budget })
const piece = (length: number, fill = 'x'): Buffer => Buffer.alloc(length, fill)

suite('Body', () => {
  test('a small body stays in memory, and a single piece is not copied', async () => {
    const body = new Body(options(new MemoryBudget(1000)))
    const only = piece(50)
    body.write(only)
    assert.equal(await body.content(), only)
    body.discard()
  })
  test('a large body goes to a file and comes back whole', async () => {
    const budget = new MemoryBudget(1000)
    const body = new Body(options(budget))
    for (const fill of 'abcdefgh') body.write(piece(60, fill))
    assert.equal(budget.usedBytes, 0)
    const content = await body.content()
    assert.ok(Buffer.isBuffer(content))
    assert.equal(content.toString(), [...'abcdefgh'].map(fill => fill.repeat(60)).join(''))
    body.discard()
    await body.gone()
    assert.equal(budget.usedBytes, 0)
  })
  test('nothing is left in the folder, not even while the file is in use', async () => {
    const body = new Body(options(new MemoryBudget(1000)))
    body.write(piece(500))
    await body.content()
    assert.deepEqual(await readdir(folder), [])
    body.discard()
    await body.gone()
  })
  test('a body that finds no memory goes to its file at once', async () => {
    const budget = new MemoryBudget(80)
    const first = new Body(options(budget))
    const second = new Body(options(budget))
    first.write(piece(60))
    second.write(piece(60, 'y'))
    assert.equal(budget.usedBytes, 60)
    first.discard()
    const content = await second.content()
    assert.equal(content.toString(), 'y'.repeat(60))
    second.discard()
  })
  test('above the limit nothing is kept, and the end tells so', async () => {
    const budget = new MemoryBudget(10_000)
    const body = new Body(options(budget))
    for (let times = 0; times < 30; times++) body.write(piece(50))
    assert.equal(body.size, 1500)
    assert.equal(budget.usedBytes, 0)
    assert.equal(await body.content(), 'too-large')
    body.discard()
  })
  test('a folder that is gone is trouble of ours, not of the client', async () => {
    const body = new Body({ ...options(new MemoryBudget(1000)), folder: join(folder, 'gone') })
    body.write(piece(500))
    assert.equal(await body.content(), 'disk-full')
    body.discard()
    await body.gone()
  })
  test('a large body waits for memory in vain when others have it', async () => {
    const budget = new MemoryBudget(600)
    const body = new Body(options(budget))
    body.write(piece(500))
    assert.ok(budget.take(300))
    assert.equal(await body.content(), 'no-memory')
    body.discard()
  })
  test('a body that is discarded while its file is written takes no memory any more', async () => {
    const budget = new MemoryBudget(1000)
    const body = new Body(options(budget))
    body.write(piece(500))
    const content = body.content()
    body.discard()
    assert.equal(await content, 'no-memory')
    assert.equal(budget.usedBytes, 0)
    await body.gone()
  })
  test('memory comes back once, however often a body is discarded', () => {
    const budget = new MemoryBudget(100)
    const body = new Body(options(budget))
    body.write(piece(50))
    body.discard()
    body.discard()
    body.write(piece(50))
    assert.equal(budget.usedBytes, 0)
  })

  test('takes of the disk what comes beyond what was announced, and gives all of it back once', async () => {
    const disk = roomOf(500)
    assert.ok(disk.take(200))
    const body = new Body({ ...options(new MemoryBudget(1000)), disk, announcedBytes: 200 })
    body.write(piece(150))
    assert.equal(disk.left, 300)
    body.write(piece(150))
    assert.equal(disk.left, 200)
    assert.ok(Buffer.isBuffer(await body.content()))
    body.discard()
    body.discard()
    assert.equal(disk.left, 500)
  })
  test('tells the disk that it stays there when its end has come, and else that nothing does', async () => {
    const disk = roomOf(1000)
    const bodies = ['whole', 'left', 'too large'].map(() => {
      assert.ok(disk.take(100))
      const budget = new MemoryBudget(1000)
      return new Body({ ...options(budget), limitBytes: 150, disk, announcedBytes: 100 })
    })
    for (const [at, body] of bodies.entries()) {
      body.write(piece(at === 2 ? 200 : 90))
      if (at !== 1) await body.content()
      body.discard()
    }
    assert.deepEqual(disk.stayed, [100, 0, 0])
    assert.equal(disk.left, 1000)
  })
  test('that finds no room on the disk is told as such, though others go on', async () => {
    const disk = roomOf(500)
    const large = new Body({ ...options(new MemoryBudget(1000)), disk })
    large.write(piece(400))
    large.write(piece(200))
    assert.equal(await large.content(), 'disk-full')
    const small = new Body({ ...options(new MemoryBudget(1000)), disk })
    small.write(piece(100))
    assert.ok(Buffer.isBuffer(await small.content()))
    for (const body of [large, small]) body.discard()
    assert.equal(disk.left, 500)
  })
})

function roomOf(bytes: number): DiskRoom & { left: number; readonly stayed: number[] } {
  return {
    left: bytes,
    stayed: [],
    take(wanted) {
      if (wanted > this.left) return false
      this.left -= wanted
      return true
    },
    give(taken, came = taken) {
      this.left += taken
      this.stayed.push(came)
    },
  }
}
