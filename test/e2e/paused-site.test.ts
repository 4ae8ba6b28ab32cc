/** Mail that waits because its mail site is paused: every command says so, until when and why, and what it cannot do about it. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, type TestContext, test } from 'node:test'
import { startDnsServer } from '@postrider/core/testing'
import { type Child, startProgram } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'
import { DRAFT, openWorld, type World } from '../support/world.ts'

const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/postrider.js')
const ZONE = { 'dest.test': { MX: '10 mx1.dest.test' }, 'mx1.dest.test': { A: '127.0.0.11' } }
const ANSWER = '421 4.7.28 unusual rate of mail, try again in 300 seconds'

interface Paused {
  readonly world: World
  /** Of the message that is behind the pause. */
  readonly id: string
  readonly run: (...args: readonly string[]) => Child
}

/** A mailer that was asked to come back in 300 seconds, a message that was accepted thereafter, and a terminal beside it. */
async function pausedSite(t: TestContext): Promise<Paused> {
  const world = await openWorld({ hosts: [{ answer: ({ verb }) => (verb === 'MAIL' ? ANSWER : undefined) }] })
  t.after(() => world[Symbol.asyncDispose]())
  const dns = await startDnsServer(ZONE)
  t.after(() => dns.close())
  const { promise: paused, resolve } = Promise.withResolvers<void>()
  world.mailer.on('*', fact => {
    if (fact.kind === 'site-paused') resolve()
  })
  await world.mailer.send(DRAFT)
  await paused
  const { id } = await world.mailer.send({ ...DRAFT, to: 'two@dest.test' })
  await world.mailer.idle()
  const delivery = `{ port: ${world.mx[0]!.port}, allowPrivateAddresses: true }`
  const lines = [
    'hostname: out.sender.test',
    'preflight: off',
    `queue: { path: ${world.folder}/queue.db }`,
    `delivery: ${delivery}`,
    `dns: { servers: ["${dns.server}"] }`,
  ]
  const cwd = tempFolder(t)
  writeFileSync(join(cwd, 'postrider.yaml'), lines.join('\n'))
  return { world, id, run: (...args) => startProgram(process.execPath, { args: [PROGRAM, ...args], cwd }) }
}

suite('behind a paused site', () => {
  test('queue list says which messages wait for it, until when and why', async t => {
    const { id, run } = await pausedSite(t)
    const { stdout } = await run('queue', 'list').ended()
    assert.match(stdout, new RegExp(`^${id} .* paused `, 'm'))
    assert.match(stdout, /^2 of 2 wait until \S+ \S+Z, in [45] min, because mx1\.dest\.test is paused: .*unusual rate/m)
    const entry = JSON.parse((await run('queue', 'show', id, '--json').ended()).stdout) as {
      paused: { site: string }[]
    }
    assert.deepEqual(
      entry.paused.map(({ site }) => site),
      ['mx1.dest.test'],
    )
  })

  test('reputation says which of our addresses rests there, until when and why', async t => {
    const { run } = await pausedSite(t)
    const { stdout } = await run('reputation').ended()
    assert.match(stdout, /^mx1\.dest\.test +source out\.sender\.test\/4 .* [45] min +.*unusual rate/m)
    const [row, ...others] = JSON.parse((await run('reputation', '--site', 'mx1.dest.test', '--json').ended()).stdout)
    assert.deepEqual([row.of, row.name, others.length], ['source', 'out.sender.test/4', 0])
    assert.match((await run('reputation', '--site', 'google').ended()).stdout, /^Nothing to show/)
  })

  test('explain says what comes next and when, and promises nothing of a retry', async t => {
    const { id, run } = await pausedSite(t)
    const { stdout } = await run('explain', id).ended()
    const last = stdout.slice(stdout.indexOf('Next:'))
    assert.match(last, /Next: nothing for two@dest\.test until \S+Z: mx1\.dest\.test is paused: .*unusual rate/)
    assert.match(last, /a retry does not end this pause/)
    assert.doesNotMatch(last, /sooner with/)
  })

  test('queue retry says what it cannot do', async t => {
    const { world, id, run } = await pausedSite(t)
    for (const args of [
      ['retry', id],
      ['flush', '--all'],
    ]) {
      const { stderr, code } = await run('queue', ...args).ended()
      assert.equal(code, 0)
      assert.match(stderr, /waits? until .* because mx1\.dest\.test is paused/)
      assert.match(stderr, /A retry does not end such a pause\. It ends by itself/)
    }
    const elsewhere = await world.mailer.send({ ...DRAFT, to: 'you@nowhere.invalid' })
    assert.equal((await run('queue', 'retry', elsewhere.id).ended()).stderr, '')
  })

  for (const line of ['send three@dest.test --wait', 'test four@dest.test']) {
    test(`${line} says it`, async t => {
      const { run } = await pausedSite(t)
      const child = run(...line.split(' '), '--from', 'a@sender.test')
      await child.says(/because mx1\.dest\.test is paused: .*unusual rate|until \S+Z: mx1\.dest\.test is paused: /)
      child.kill('SIGINT')
      await child.ended()
    })
  }
})
