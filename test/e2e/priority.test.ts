/** The relay as it is run: its threads. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, getPriority } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { startProgram } from '../support/child.ts'
import { complains } from '../support/complains.ts'
import { tempFolder } from '../support/folder.ts'

const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/postrider.js')
const CONFIG = `hostname: mail.sender.test
preflight: off
dns: { servers: ["127.0.0.1:9"], timeoutMs: 1000 }
queue: { path: queue.db }
relay: { listen: ["127.0.0.1:0/plain"], domains: [sender.test] }
`

/** Linux alone tells them. */
const skip = process.platform === 'linux' ? false : 'only Linux has a priority for each thread'

suite('a relay that runs', { skip }, () => {
  for (const [wanted, env] of [
    [Math.max(2, availableParallelism()), {}],
    [5, { UV_THREADPOOL_SIZE: '5' }],
  ] as const)
    test(`has ${wanted} threads for signatures, which give way to its event loop`, async t => {
      const cwd = tempFolder(t)
      writeFileSync(join(cwd, 'postrider.yaml'), CONFIG)
      const relay = startProgram(process.execPath, { args: [PROGRAM, 'serve'], cwd, env })
      t.after(() => relay.stop())
      await complains(relay, /listening on/)
      const pool: number[] = []
      for (const thread of readdirSync(`/proc/${relay.pid}/task`))
        if (readFileSync(`/proc/${relay.pid}/task/${thread}/comm`, 'latin1').startsWith('libuv-worker'))
          pool.push(getPriority(Number(thread)))
      const own = getPriority(relay.pid)
      assert.deepEqual(pool, new Array(wanted).fill(Math.min(19, own + 10)))
    })
})
