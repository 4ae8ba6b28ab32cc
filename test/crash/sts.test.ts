/**
 * The death of a process that learns MTA-STS policies: each one that it acted on binds the next process.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { filePolicyStorage } from '../../packages/core/src/route/index.ts'
import { startNode } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'

const CHILD = join(import.meta.dirname, 'sts-child.ts')

for (const [round, after] of [1, 23, 61].entries())
  test(`killed while it stores policies, after ${after} of them: all that were acted on are kept`, async () => {
    const path = join(tempFolder(), `policies-${round}`)
    const child = startNode(CHILD, { args: [path] })
    await child.says(new RegExp(`(?:known \\S+\\n){${after}}`))
    child.kill('SIGKILL')
    const { stdout, signal, stderr } = await child.ended()
    assert.equal(signal, 'SIGKILL', stderr)
    const known = [...stdout.matchAll(/^known (\S+)\n/gm)].map(([, domain]) => domain)
    assert.ok(known.length >= after)
    const kept = new Set((await filePolicyStorage(path).load()).map(({ domain }) => domain as string))
    assert.deepEqual(
      known.filter(domain => !kept.has(domain as string)),
      [],
    )
  })
