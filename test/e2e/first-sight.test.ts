/**
 * First sight: `postrider serve` says where its web interface is, and lets the first one in by a link that is in no log.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startProgram } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'
import { freePorts } from '../support/ports.ts'

const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/postrider.js')

function serve(cwd: string, ports: readonly number[], wrap = (args: readonly string[]) => ['', ...args]) {
  const [smtp, http] = ports
  const options = {
    hostname: 'mail.example.com',
    queue: { path: join(cwd, 'queue.db') },
    relay: { listen: [`127.0.0.1:${smtp}/plain`], http: { listen: [`127.0.0.1:${http}/plain`] } },
  }
  const config = join(cwd, 'postrider.yaml')
  writeFileSync(config, JSON.stringify(options))
  const [shell = '', ...args] = wrap([
    '--conditions=@postrider/source',
    PROGRAM,
    'serve',
    '--config',
    config,
    '--log',
    'debug',
  ])
  return startProgram(shell || process.execPath, { args, cwd })
}

test('kept in a journal it names the file alone; the link there lets in once, and the file goes', async t => {
  const cwd = tempFolder(t)
  const ports = await freePorts('127.0.0.1', 2)
  const child = serve(cwd, ports)
  t.after(() => child.stop())
  const file = join(cwd, 'first-login.txt')
  while (!child.stderr().includes(file)) await new Promise(resolve => setTimeout(resolve, 50))
  assert.ok(child.stderr().includes(`the web interface is at http://127.0.0.1:${ports[1]}/ui/`))
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const [, link = ''] = /link=([\w-]{43})\n$/.exec(readFileSync(file, 'utf8')) ?? []
  assert.notEqual(link, '')
  const enter = () =>
    fetch(`http://127.0.0.1:${ports[1]}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ link, password: 'correct horse battery' }),
    })
  assert.equal((await enter()).status, 200)
  assert.equal((await enter()).status, 401)
  assert.equal(existsSync(file), false)
  const { stdout, stderr } = await child.stop()
  for (const said of [stdout, stderr]) assert.equal(said.includes(link), false)
})

test('on a terminal it shows the link too', async t => {
  const cwd = tempFolder(t)
  const child = serve(cwd, await freePorts('127.0.0.1', 2), args => [
    'script',
    '--quiet',
    '--return',
    '--command',
    [process.execPath, ...args].join(' '),
    '/dev/null',
  ])
  t.after(() => child.stop())
  const [, link] = await child.says(/#\/login\?link=([\w-]{43})/)
  const file = join(cwd, 'first-login.txt')
  assert.ok(readFileSync(file, 'utf8').includes(link ?? 'none'))
  await child.stop()
})
