import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { runProgram } from './child.ts'
import { preloadOfStripped } from './strip.ts'

const SOURCE = pathToFileURL(join(import.meta.dirname, 'strip.ts')).href

/** What a thread says that imports a source: whether it started the program that strips. */
const THREAD = `await import(${JSON.stringify(SOURCE)})
  console.log('strips: ' + process.moduleLoadList.some(name => name.includes('amaro')))`

async function said(code: string, ...flags: readonly string[]): Promise<string> {
  const { stdout, stderr } = await runProgram(process.execPath, {
    args: [...flags, '--input-type=module', '--eval', code],
    env: { NODE_OPTIONS: undefined },
  })
  return `${stdout}${stderr}`.trim()
}

suite('sources without their types', () => {
  const preload = preloadOfStripped()

  test('are what a process finds', async () => {
    assert.equal(await said(THREAD), 'strips: true')
    assert.equal(await said(THREAD, preload), 'strips: false')
  })

  test('are what a thread finds that has flags and an environment of its own', async () => {
    const worker = `import { Worker } from 'node:worker_threads'
      new Worker(${JSON.stringify(THREAD)}, { eval: true, env: {}, execArgv: ['--input-type=module'] })`
    assert.equal(await said(worker), 'strips: true')
    assert.equal(await said(worker, preload), 'strips: false')
  })
})
