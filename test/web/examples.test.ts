/** The example for Playwright runs as its header says, in the browser of these tests. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { startProgram } from '../support/child.ts'
import { startDevInbox } from '../support/dev-inbox.ts'
import { tempFolder } from '../support/folder.ts'

const ROOT = join(import.meta.dirname, '../..')
const PLAYWRIGHT = join(ROOT, 'node_modules/@playwright/test/cli.js')

test('12 tests with Playwright what an app sends', async t => {
  const { url, child } = await startDevInbox()
  t.after(() => child.stop())
  const env = {
    POSTRIDER_DEV_URL: url,
    CHROMIUM: process.env.CHROMIUM ?? '/usr/bin/chromium',
    NODE_OPTIONS: '--conditions=@postrider/source',
  }
  const output = tempFolder(t)
  // How long a browser takes to start is the machine's; the test has a bound of its own.
  const args = [PLAYWRIGHT, 'test', '--timeout', '0', '--output', output]
  const program = startProgram(process.execPath, { args, env, cwd: join(ROOT, 'examples') })
  const ended = await program.ended()
  assert.equal(ended.code, 0, `${ended.stdout}${ended.stderr}`)
  assert.match(ended.stdout, /1 passed/)
})
