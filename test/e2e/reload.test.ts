/** The relay as it is run: what a signal and a changed file make of it while a client stays connected. */
import assert from 'node:assert/strict'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { suite, test } from 'node:test'
import { type Child, startProgram } from '../support/child.ts'
import { complains } from '../support/complains.ts'
import { tempFolder } from '../support/folder.ts'
import { type } from '../support/terminal.ts'

const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/postrider.js')
const PATIENCE_MS = 120_000

function write(cwd: string, password: string, more = ''): void {
  const config = `hostname: mail.sender.test
preflight: off
dns: { servers: ["127.0.0.1:9"], timeoutMs: 1000 }
queue: { path: queue.db }
relay:
  listen: ["127.0.0.1:0/plain"]
  domains: [sender.test]
  accounts: [{ name: forum, password: ${password} }]
${more}`
  // As editors do: whoever reads sees the old file or the new one.
  writeFileSync(join(cwd, 'new'), config)
  renameSync(join(cwd, 'new'), join(cwd, 'postrider.yaml'))
}

async function start(cwd: string): Promise<{ relay: Child; port: number }> {
  const relay = startProgram(process.execPath, { args: [PROGRAM, 'serve'], cwd })
  const [, port] = await complains(relay, /listening on 127\.0\.0\.1:(\d+)/)
  return { relay, port: Number(port) }
}

/** A client that says a line and hears the last line of the answer. */
async function open(port: number) {
  const socket = connect({ host: '127.0.0.1', port })
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  const hear = async (): Promise<string> => {
    for (;;) {
      const { value, done } = await lines.next()
      if (done) return ''
      if (!/^\d{3}-/.test(value)) return value
    }
  }
  await hear()
  return {
    say: (line: string): Promise<string> => {
      socket.write(`${line}\r\n`)
      return hear()
    },
    [Symbol.dispose]: () => void socket.destroy(),
  }
}

const plain = (password: string): string => `AUTH PLAIN ${Buffer.from(`\0forum\0${password}`).toString('base64')}`

suite('a relay that runs', () => {
  test('takes its file when it changes, keeps the old one when it is wrong, and drops nobody', async t => {
    const cwd = tempFolder(t)
    write(cwd, 'first')
    const { relay, port } = await start(cwd)
    t.after(() => relay.stop())
    using client = await open(port)
    await client.say('EHLO x')
    assert.match(await client.say(plain('first')), /^235 /)
    write(cwd, 'second')
    await relay.says(/"event":"reload","needsRestart":\[\]/, PATIENCE_MS)
    assert.match(await client.say('MAIL FROM:<a@sender.test>'), /^250 /)
    using other = await open(port)
    await other.say('EHLO x')
    assert.match(await other.say(plain('first')), /^535 /)
    assert.match(await other.say(plain('second')), /^235 /)
    write(cwd, 'third', 'nonsense: 1\n')
    await relay.says(/"event":"reload-refused","problem":"[^"]*postrider\.yaml:\d+[^"]*nonsense/, PATIENCE_MS)
    using third = await open(port)
    await third.say('EHLO x')
    assert.match(await third.say(plain('second')), /^235 /)
    write(cwd, 'third', 'delivery: { port: 26 }\n')
    await relay.says(/"event":"reload","needsRestart":\["delivery\.port"\]/, PATIENCE_MS)
    assert.match(await client.say('RCPT TO:<you@dest.test>'), /^250 /)
    const { code, stderr } = await relay.stop(PATIENCE_MS)
    assert.equal(code, 0, stderr)
    assert.match(stderr, /configuration read again; a restart is needed for delivery\.port/)
  })

  test('takes a key that took the place of another, at once when it is told to by SIGHUP', async t => {
    const cwd = tempFolder(t)
    write(cwd, 'first')
    const { relay, port } = await start(cwd)
    t.after(() => relay.stop())
    const file = join(cwd, 'keys', 'sender.test.postrider.pem')
    const old = readFileSync(file, 'utf8')
    rmSync(file)
    relay.kill('SIGHUP')
    await complains(relay, /Made a DKIM key for sender\.test[\s\S]*Made a DKIM key for sender\.test/)
    await relay.says(/"event":"reload"/, PATIENCE_MS)
    assert.notEqual(readFileSync(file, 'utf8'), old)
    using client = await open(port)
    await client.say('EHLO x')
    assert.match(await client.say(plain('first')), /^235 /)
    await client.say('MAIL FROM:<a@sender.test>')
    await client.say('RCPT TO:<you@dest.test>')
    await client.say('DATA')
    const [, id = ''] = /queued as (\w+)/.exec(await client.say('From: a@sender.test\r\n\r\nhello\r\n.')) ?? []
    assert.equal((await type(`explain ${id}`, { cwd })).code, 0)
    writeFileSync(file, 'not a key')
    await relay.says(/"event":"reload-refused","problem":"dkim\.privateKey: found no PEM block/, PATIENCE_MS)
    assert.match(await client.say('NOOP'), /^250 /)
  })
})
