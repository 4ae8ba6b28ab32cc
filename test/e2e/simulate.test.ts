/** `postrider simulate`: a provider in a process of its own, which this program delivers to. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMailer } from '@postrider/core'
import { createFakeDns } from '@postrider/core/testing'
import { startProgram } from '../support/child.ts'

const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/postrider.js')
const start = (...args: readonly string[]) =>
  startProgram(process.execPath, { args: ['--conditions=@postrider/source', PROGRAM, 'simulate', ...args] })

test('mail is delivered to it, what it says is told, and at the end what it counted', async t => {
  const child = start('outlook', '--listen', '127.0.0.1:0', '--json')
  t.after(() => child.stop())
  const [, port] = await child.says(/"smtp":"smtp:\/\/127\.0\.0\.1:(\d+)"/)
  const host = 'outlook-com.olc.protection.outlook.com'
  {
    await using mailer = await createMailer(
      {
        hostname: 'out.sender.test',
        queue: { path: ':memory:' },
        preflight: 'off',
        delivery: { port: Number(port), allowPrivateAddresses: true },
      },
      { resolver: createFakeDns({ 'dest.test': { MX: [`10 ${host}`] }, [host]: { A: ['127.0.0.1'] } }) },
    )
    const draft = { from: 'me@sender.test', subject: 'Hello', text: 'Hello.\n' }
    await mailer.send({ ...draft, to: 'you@dest.test' })
    await mailer.send({ ...draft, to: 'unknown@dest.test' })
    await mailer.idle()
    assert.deepEqual(
      (await mailer.suppressions.list()).map(({ address }) => address),
      ['unknown@dest.test'],
    )
  }
  const { code, stdout } = await child.stop()
  assert.equal(code, 0)
  const [, ...told] = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  assert.deepEqual(told.at(-1)?.counts, {
    connections: told.at(-1)?.counts.connections,
    taken: 1,
    deferred: 0,
    refused: 1,
    closed: 0,
    complaints: 0,
  })
  assert.deepEqual(
    told
      .slice(0, -1)
      .map(({ outcome, moment, sender }) => [outcome, moment, sender])
      .sort(),
    [
      ['refused', 'RCPT', 'sender.test'],
      ['taken', 'MESSAGE', 'sender.test'],
    ],
  )
})

test('what is not understood is refused with what was meant', async () => {
  for (const [args, said] of [
    [['gmial'], /found "gmial", wanted gmail \(did you mean that\?\)/],
    [['gmail', '--listen', 'localhost'], /--listen: found "localhost", wanted an address and a port/],
    [['gmail', '--seed', '-1'], /--seed: found "-1", wanted a whole number/],
    [['gmail', '--listen', '192.0.2.1:0'], /--listen: cannot listen at 192\.0\.2\.1, port 0 \(EADDRNOTAVAIL\)/],
  ] as const) {
    const { code, stderr } = await start(...args).ended()
    assert.match(stderr, said)
    assert.equal(code, 64, stderr)
  }
})
