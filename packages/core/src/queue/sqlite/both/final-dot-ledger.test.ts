import assert from 'node:assert/strict'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { FinalDots, readMarks } from './final-dot-ledger.ts'

function tempPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'postrider-dots-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'queue.db')
}

test('a mark can be read by another the moment it is made, and a job has one', t => {
  const path = tempPath(t)
  const dots = new FinalDots(path)
  t.after(() => dots.close())
  dots.enter(7, 70)
  dots.enter(8, 80)
  dots.enter(7, 71)
  assert.deepEqual(readMarks(path), [
    { job: 7, token: 71 },
    { job: 8, token: 80 },
  ])
})

test('large job numbers and tokens come back exactly', t => {
  const path = tempPath(t)
  const dots = new FinalDots(path)
  t.after(() => dots.close())
  dots.enter(2 ** 53 - 1, 2 ** 48 - 1)
  assert.deepEqual(readMarks(path), [{ job: 2 ** 53 - 1, token: 2 ** 48 - 1 }])
})

test('slots are used again: the ledger grows with what is under way, not with what was', t => {
  const path = tempPath(t)
  const dots = new FinalDots(path)
  t.after(() => dots.close())
  for (let job = 1; job <= 10_000; job++) {
    dots.enter(job, job)
    dots.leave(job)
  }
  assert.deepEqual(readMarks(path), [{ job: 10_000, token: 10_000 }])
  for (let job = 1; job <= 5_000; job++) dots.enter(job, 1)
  assert.equal(readMarks(path).length, 5_000)
})

test('a mark that could not be written hides none behind it', t => {
  const path = tempPath(t)
  const dots = new FinalDots(path)
  t.after(() => dots.close())
  for (const job of [1, 2, 3]) dots.enter(job, job * 10)
  const bytes = readFileSync(`${path}-dots`)
  writeFileSync(`${path}-dots`, bytes.fill(0, 16, 32))
  assert.deepEqual(readMarks(path), [
    { job: 1, token: 10 },
    { job: 3, token: 30 },
  ])
})

test('a new leader begins a new ledger, and the old one writes where nobody reads', t => {
  const path = tempPath(t)
  const old = new FinalDots(path)
  old.enter(1, 1)
  const fresh = new FinalDots(path)
  t.after(() => {
    old.close()
    fresh.close()
  })
  old.enter(2, 2)
  fresh.enter(3, 3)
  assert.deepEqual(readMarks(path), [{ job: 3, token: 3 }])
})

test('a ledger that is missing or cut short holds what it holds', t => {
  const path = tempPath(t)
  assert.deepEqual(readMarks(path), [])
  const dots = new FinalDots(path)
  dots.enter(1, 1)
  dots.enter(2, 2)
  dots.close()
  truncateSync(`${path}-dots`, 24)
  assert.deepEqual(readMarks(path), [{ job: 1, token: 1 }])
  assert.deepEqual(readMarks(':memory:'), [])
})

test('a ledger that was closed takes no mark, and writes nothing into the file that has its descriptor now', t => {
  const path = tempPath(t)
  const dots = new FinalDots(path)
  dots.close()
  const other = openSync(`${path}-other`, 'w')
  assert.throws(() => dots.enter(1, 1), /closed/)
  dots.close()
  closeSync(other)
  assert.equal(readFileSync(`${path}-other`).length, 0)
})

test('a new ledger that cannot be made leaves the one before in its place, and no descriptor open', t => {
  const path = tempPath(t)
  const before = new FinalDots(path)
  t.after(() => before.close())
  before.enter(1, 10)
  mkdirSync(`${path}-dots-new`)
  assert.throws(() => new FinalDots(path), /EISDIR/)
  rmSync(`${path}-dots-new`, { recursive: true })
  before.enter(2, 20)
  assert.equal(readMarks(path).length, 2)
})
