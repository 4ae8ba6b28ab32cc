/**
 * A disk without room: nothing that was promised is lost, nothing is promised that cannot be kept, and when there is room
 * again the queue goes on by itself.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import type { QueueId } from '../../packages/core/src/model/queue-id.ts'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import { type Child, startNode, startProgram } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'

const CHILD = join(import.meta.dirname, 'full-disk-child.ts')

/** Waits for the refusal, makes room, and compares what was promised with what is there. */
async function watch(child: Child, path: string, code: RegExp, makeRoom: () => void): Promise<void> {
  await child.says(code)
  makeRoom()
  await child.says(/recovered/)
  const { stdout, code: exit, stderr } = await child.ended()
  assert.equal(exit, 0, stderr)
  const store = await openSqliteQueue({ path, clock: systemClock })
  try {
    const accepted = [...stdout.matchAll(/^accepted (\w+)$/gm)].map(([, id]) => id as QueueId)
    assert.ok(accepted.length > 20)
    assert.equal((await store.counts(0)).messages, accepted.length)
    for (const id of accepted) assert.equal((await store.read(id))?.length, 20_000)
  } finally {
    await store.close()
  }
  const db = new DatabaseSync(path)
  assert.deepEqual({ ...db.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' })
  db.close()
}

const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0

test('a limit of the file size is told, and the queue goes on when it is lifted', {
  skip: hasPrlimit ? false : 'there is no prlimit here',
}, async t => {
  const path = join(tempFolder(t), 'queue.db')
  const node = `exec ${process.execPath} --conditions=@postrider/source ${CHILD} ${path}`
  // 512 octets each, as POSIX has it, or 1024: the queue fills either.
  const child = startProgram('sh', { args: ['-c', `ulimit -S -f 6000; ${node}`] })
  t.after(() => child.stop())
  await watch(child, path, /refused queue-(unavailable|full)/, () => {
    const { status, stderr } = spawnSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited'], {
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
  })
})

test('a full disk is told as queue-full, and the queue goes on when there is room', async t => {
  const disk = join(tempFolder(t), 'disk')
  mkdirSync(disk)
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]).status !== 0) {
    return t.skip('mounting a small disk needs root')
  }
  const ballast = join(disk, 'ballast')
  writeFileSync(ballast, Buffer.alloc(10 * 2 ** 20))
  const path = join(disk, 'queue.db')
  const child = startNode(CHILD, { args: [path] })
  try {
    await watch(child, path, /refused queue-full/, () => rmSync(ballast))
  } finally {
    await child.stop()
    spawnSync('umount', ['-l', disk])
  }
})
