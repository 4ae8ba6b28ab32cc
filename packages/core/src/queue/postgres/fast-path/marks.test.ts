/** When the mark of a final dot is sent, and what it takes along. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Job } from '../../../model/job.ts'
import { decodeJob } from '../../encode.ts'
import { birthEntry, readBirth } from './birth.ts'
import { BornMessages, leasedJob } from './born.ts'
import { Marks } from './marks.ts'

const ENTRY =
  '[["ID","you@a.example",1,0,9,4,1,null,"{\\"facts\\":{}}",["b.example",[0,"me",null]],1],[{"kind":"queued"}]]'

function build(count: number, segmentOf: (n: number) => number = () => 0) {
  const born = new BornMessages()
  const sent: (readonly [string, readonly number[]])[] = []
  const marks = new Marks(
    { connections: undefined as never, send: ({ name }, numbers) => sent.push([name, numbers as number[]]) },
    born,
  )
  for (let n = 1; n <= count; n++) {
    const message = readBirth(birthEntry({ ...readBirth(ENTRY), id: `ID${n}` }))
    born.put({
      n,
      message,
      bytes: new Uint8Array(),
      segment: segmentOf(n),
      suppressed: new Map(),
      bornAt: 0,
      lease: undefined,
      marked: false,
      mark: 'none',
      leaving: undefined,
    })
  }
  let token = 0
  const taken = born.claim({ now: 1, limit: count, perDomain: count, leaseMs: 8, exclude: [] }, () => ++token)
  const jobs = taken.map(each => decodeJob(leasedJob(each), each.lease?.token ?? 0, 9))
  return { marks, born, sent, jobs: jobs as [Job, Job, Job], all: taken }
}

test('a dot whose mark a tick took along sends nothing', () => {
  const { marks, sent, jobs } = build(3)
  for (const job of jobs) marks.near(job)
  assert.deepEqual(marks.take(0), [1, 2, 3])
  assert.equal(marks.enter(jobs[0]), true)
  assert.deepEqual(marks.take(0), [])
  assert.deepEqual(sent, [])
})

test('a dot that comes first sends its mark at once, and takes along those whose dot may soon come', () => {
  const { marks, sent, jobs } = build(3)
  marks.near(jobs[0])
  marks.near(jobs[1])
  assert.equal(marks.enter(jobs[1]), true)
  assert.equal(marks.enter(jobs[0]), true)
  assert.equal(marks.enter(jobs[2]), true)
  assert.deepEqual(sent, [
    ['mark0', [1, 2]],
    ['mark0', [3]],
  ])
})

test('a mark goes into the segment of its message alone', () => {
  const { marks, sent, jobs } = build(2, n => n)
  marks.near(jobs[0])
  marks.near(jobs[1])
  assert.deepEqual(marks.take(1), [1])
  assert.equal(marks.enter(jobs[1]), true)
  assert.deepEqual(sent, [['mark2', [2]]])
})

test('when what took marks along failed, dots that came meanwhile are marked at once, and the others with what comes next', () => {
  const { marks, sent, jobs } = build(3)
  for (const job of jobs) marks.near(job)
  const taken = marks.take(0)
  marks.enter(jobs[0])
  marks.lost(0, taken)
  assert.deepEqual(sent, [['mark0', [1]]])
  assert.deepEqual(marks.take(0), [2, 3])
})

test('what is on its way out, or done, is marked no more', () => {
  const { marks, born, sent, jobs, all } = build(3)
  for (const job of jobs) marks.near(job)
  born.drop(all[0] as (typeof all)[0])
  born.leave(all[1] as (typeof all)[0], Promise.resolve())
  assert.equal(marks.enter(jobs[1]), false)
  assert.deepEqual(marks.take(0), [2, 3])
  assert.deepEqual(sent, [])
})

test('a dot of one that is on its way into the tables is remembered there, and is not marked here', () => {
  const { marks, born, sent, jobs, all } = build(2)
  for (const each of all) born.leave(each, Promise.resolve())
  assert.equal(marks.enter(jobs[0]), false)
  assert.deepEqual(
    all.map(({ marked }) => marked),
    [true, false],
  )
  const anothers = { ...jobs[1], lease: { ...jobs[1].lease, token: 99 } }
  assert.equal(marks.enter(anothers), false)
  assert.equal(all[1]?.marked, false)
  assert.deepEqual(sent, [])
})
