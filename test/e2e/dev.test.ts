/** `postrider dev` in an empty folder, and `send()` into it. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startProgram } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'
import { freePorts } from '../support/ports.ts'

const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/postrider.js')
const CORE = join(import.meta.dirname, '../../packages/core/src/index.ts')

async function startDev(t: TestContext): Promise<{ readonly url: string; readonly cwd: string }> {
  const cwd = tempFolder(t)
  const [smtp, http] = await freePorts('127.0.0.1', 2)
  const args = [
    '--conditions=@postrider/source',
    PROGRAM,
    'dev',
    '--json',
    '--smtp',
    String(smtp),
    '--http',
    String(http),
  ]
  const child = startProgram(process.execPath, { args, cwd })
  t.after(() => child.stop())
  while (!child.stdout().includes('\n')) await new Promise(resolve => setTimeout(resolve, 50))
  return { url: (JSON.parse(child.stdout()) as { readonly url: string }).url, cwd }
}

const SEND = `
  import { send } from '${CORE}'
  const draft = { from: 'a@example.com', to: 'b@example.com', subject: 'hello', text: 'code: 4711', tags: { run: '1' } }
  try {
    const { id, settled } = await send(draft)
    const { delivered } = await settled()
    process.stdout.write(JSON.stringify({ id, delivered }) + '\\n')
  } catch ({ code, message, fix }) {
    process.stdout.write(JSON.stringify({ code, message, fix }) + '\\n')
  }`

async function sendWith(env: Record<string, string>, cwd: string): Promise<Record<string, unknown>> {
  const args = ['--conditions=@postrider/source', '--input-type=module', '--eval', SEND]
  const child = startProgram(process.execPath, { args, cwd, env: { ...process.env, ...env } })
  while (!child.stdout().includes('\n')) await new Promise(resolve => setTimeout(resolve, 50))
  await child.stop()
  return JSON.parse(child.stdout()) as Record<string, unknown>
}

test('in an empty folder it takes what send() hands over, and leaves no file there', { timeout: 90_000 }, async t => {
  const { url, cwd } = await startDev(t)
  const { id, delivered } = await sendWith({ POSTRIDER_DEV_URL: url }, cwd)
  assert.equal(delivered, true)
  const shown = (await (await fetch(`${url}/v1/inbox/wait?tag=run=1`)).json()) as Record<string, unknown>
  assert.deepEqual([shown.id, shown.subject, shown.codes], [id, 'hello', ['4711']])
  assert.deepEqual(readdirSync(cwd), [])
})

test('send() fails when nobody answers, and in production', { timeout: 90_000 }, async t => {
  const cwd = tempFolder(t)
  const [free] = await freePorts('127.0.0.1', 1)
  const url = `http://127.0.0.1:${free}`
  const nobody = await sendWith({ POSTRIDER_DEV_URL: url }, cwd)
  assert.deepEqual([nobody.code, nobody.fix], ['queue-unavailable', 'start it with: postrider dev'])
  const production = await sendWith({ POSTRIDER_DEV_URL: url, NODE_ENV: 'production' }, cwd)
  assert.deepEqual([production.code, production.fix], ['invalid-config', 'unset POSTRIDER_DEV_URL'])
  assert.deepEqual(readdirSync(cwd), [])
})
