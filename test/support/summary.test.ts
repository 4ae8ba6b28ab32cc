import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runProgram } from './child.ts'
import { tempFolder } from './folder.ts'

const REPORTER = join(import.meta.dirname, 'summary.ts')

async function lastLine(t: test.TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = tempFolder(t)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const args = ['--test', `--test-reporter=${REPORTER}`, ...Object.keys(files)]
  const { stdout } = await runProgram(process.execPath, { args, cwd: folder })
  return stdout.trim()
}

test('tests count and suites do not', async t => {
  const text = `import { suite, test } from 'node:test'
    suite('s', () => { test('a', () => {}); test('b', () => { throw 1 }); test('c', { skip: true }, () => {}) })
    test('outer', async t => { await t.test('inner', () => { throw 1 }) })`
  assert.equal(await lastLine(t, { 'a.test.mjs': text }), '1 passed, 2 failed, 1 skipped')
})

test('a file whose process ends badly is one failure', async t => {
  const files = {
    'a.test.mjs': `import { test } from 'node:test'; test('a', () => {}); process.exitCode = 3`,
    'b.test.mjs': 'throw 1',
  }
  assert.equal(await lastLine(t, files), '1 passed, 2 failed')
})

test('what is still to do counts as skipped, whether it holds already or not', async t => {
  const text = `import { test } from 'node:test'
    test('a', { todo: 'later' }, () => { throw 1 }); test('b', { todo: true }, () => {}); test('c', () => {})`
  assert.equal(await lastLine(t, { 'a.test.mjs': text }), '1 passed, 0 failed, 2 skipped')
})
