/** Backups: taken while a process writes, taken back by a process that is killed, refused where there is no room. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createMailer, type Mailer } from '@postrider/core'
import {
  backUp,
  openKeys,
  openUsers,
  type RelayConfig,
  releaseRestored,
  resolveRelayOptions,
  restore,
} from '@postrider/relay'
import { startProgram } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'

const OPTIONS = { hostname: 'mail.sender.test', preflight: 'off' } as const
const DRAFT = { from: 'me@sender.test', to: 'you@dest.test', subject: 'x', text: 'x' } as const

const configIn = (folder: string): Promise<RelayConfig> =>
  resolveRelayOptions({ ...OPTIONS, queue: { path: join(folder, 'queue.db') } }, folder)
const openIn = (folder: string): Promise<Mailer> =>
  createMailer({ ...OPTIONS, queue: { path: join(folder, 'queue.db') } }, { deliver: false })

/** A relay's folder with some mail, and a backup of it. */
async function backedUp(
  t: TestContext,
  messages: number,
): Promise<{ readonly backup: string; readonly ids: string[] }> {
  const folder = tempFolder(t)
  mkdirSync(join(folder, 'keys'))
  writeFileSync(join(folder, 'keys', 'sender.test.s1.pem'), 'a key', { mode: 0o600 })
  const mailer = await openIn(folder)
  const ids: string[] = []
  for (let at = 0; at < messages; at++) ids.push((await mailer.send(DRAFT)).id)
  await mailer.close()
  const backup = join(tempFolder(t), 'monday')
  await backUp(await configIn(folder), backup)
  return { backup, ids }
}

test('a backup that is taken while another process accepts mail has all that was accepted before', async t => {
  const folder = tempFolder(t)
  const writing = startProgram(process.execPath, {
    args: [
      '--conditions=@postrider/source',
      '--input-type=module',
      '--eval',
      `import { createMailer } from '@postrider/core'
      const mailer = await createMailer(${JSON.stringify({ ...OPTIONS, queue: { path: join(folder, 'queue.db') } })}, { deliver: false })
      for (;;) {
        const sent = await Promise.all(Array.from({ length: 20 }, () => mailer.send(${JSON.stringify(DRAFT)})))
        console.log(sent.map(({ id }) => id).join('\\n'))
      }`,
    ],
  })
  t.after(() => writing.kill('SIGKILL'))
  await writing.says(/(?:\S+\n){200}/)
  const before = writing.stdout().trim().split('\n').slice(0, 200)
  const to = join(tempFolder(t), 'backup')
  const list = await backUp(await configIn(folder), to)
  assert.equal(statSync(to).mode & 0o777, 0o700)
  for (const { name } of list.files) assert.equal(statSync(join(to, name)).mode & 0o777, 0o600, name)
  writing.kill('SIGKILL')
  await writing.ended()
  const fresh = tempFolder(t)
  const restored = await restore(await configIn(fresh), to)
  const mailer = await openIn(fresh)
  t.after(() => mailer.close())
  for (const id of before)
    assert.match((await mailer.queue.show(id)).held ?? '', /restored from a backup of .*may have been sent/)
  const { held, messages, due } = await mailer.queue.counts()
  assert.deepEqual([held, due], [messages, 0])
  assert.equal(restored.held, messages)
})

test('what is released is what was restored, and nothing that a person held before', async t => {
  const folder = tempFolder(t)
  const first = await openIn(folder)
  const { id } = await first.send(DRAFT)
  const { id: other } = await first.send(DRAFT)
  await first.queue.hold(other, 'wrong link')
  const newest = await first.newestFact()
  await first.close()
  const backup = join(tempFolder(t), 'b')
  await backUp(await configIn(folder), backup)
  const fresh = tempFolder(t)
  assert.equal((await restore(await configIn(fresh), backup)).held, 1)
  const mailer = await openIn(fresh)
  t.after(() => mailer.close())
  assert.equal(await releaseRestored(mailer), 1)
  assert.equal((await mailer.queue.show(id)).held, undefined)
  assert.equal((await mailer.queue.show(other)).held, 'wrong link')
  // No number of the time that is lost is given again, not even to what is told of holding it.
  const heldAt = (await mailer.explain(id)).facts.findLast(({ fact }) => fact.kind === 'held')?.number ?? 0
  assert.ok(heldAt > newest + 1_000_000, `${heldAt} after ${newest}`)
  assert.ok((await mailer.newestFact()) > newest + 1_000_000)
})

test('a restore that is killed at any moment leaves nothing, or what the next one finishes', async t => {
  const { backup, ids } = await backedUp(t, 300)
  const states = new Set<string>()
  // What a whole one takes here and now, measured; the last round is not killed.
  let wholeMs = 0
  for (const part of [1, 0, 0.2, 0.4, 0.55, 0.7, 0.8, 0.88, 0.95, 1]) {
    const fresh = tempFolder(t)
    const options = { ...OPTIONS, queue: { path: join(fresh, 'queue.db') } }
    const child = startProgram(process.execPath, {
      args: [
        '--conditions=@postrider/source',
        '--input-type=module',
        '--eval',
        `import { resolveRelayOptions, restore } from '@postrider/relay'
        const config = await resolveRelayOptions(${JSON.stringify(options)}, ${JSON.stringify(fresh)})
        console.log('begun')
        await restore(config, ${JSON.stringify(backup)})
        console.log('done')`,
      ],
    })
    await child.says(/begun/)
    const begun = performance.now()
    if (part < 1) await Promise.race([sleep(part * wholeMs), child.ended()])
    else await child.says(/done/)
    if (wholeMs === 0) wholeMs = performance.now() - begun
    child.kill('SIGKILL')
    await child.ended()
    const [journal, queue] = ['queue.db.restore', 'queue.db'].map(name => existsSync(join(fresh, name)))
    states.add(journal ? 'between' : queue ? 'whole' : 'nothing')
    if (journal) await assert.rejects(openIn(fresh), /was broken off/)
    if (journal || !queue) await restore(await configIn(fresh), backup)
    const mailer = await openIn(fresh)
    assert.equal((await mailer.queue.counts()).held, ids.length)
    await mailer.close()
    const left = readdirSync(fresh, { recursive: true }).filter(name => /restor/.test(String(name)))
    assert.deepEqual(left, [])
    assert.ok(existsSync(join(fresh, 'keys', 'sender.test.s1.pem')))
  }
  t.diagnostic([...states].join(', '))
  assert.ok(states.size > 1, 'killed at one moment only')
})

test('a restore that ended between two names is finished by the next, and nobody opens the queue before', async t => {
  const { backup } = await backedUp(t, 3)
  const fresh = tempFolder(t)
  const config = await configIn(fresh)
  // Whoever opens the folder now would find keys and no queue: what the list says is not there yet.
  await restore(config, backup)
  const list = { madeAt: 1, held: 3, renames: [[join(fresh, 'queue.db.restoring'), join(fresh, 'queue.db')]] }
  const { renameSync } = await import('node:fs')
  renameSync(join(fresh, 'queue.db'), join(fresh, 'queue.db.restoring'))
  writeFileSync(join(fresh, 'queue.db.restore'), JSON.stringify(list))
  await assert.rejects(openIn(fresh), { code: 'queue-unavailable' })
  const finished = await restore(config, backup)
  assert.deepEqual([finished.finished, finished.held], [true, 3])
  const mailer = await openIn(fresh)
  assert.equal((await mailer.queue.counts()).held, 3)
  await mailer.close()
})

test('where there is no room nothing is written, and nothing is ever written over', async t => {
  const { backup } = await backedUp(t, 3)
  const folder = tempFolder(t)
  const config = await configIn(folder)
  const seams = { freeBytes: async () => 1_000 }
  await assert.rejects(restore(config, backup, seams), { code: 'queue-full' })
  assert.deepEqual(readdirSync(folder), [])
  await restore(config, backup)
  const again = join(tempFolder(t), 'again')
  await assert.rejects(backUp(config, again, seams), { code: 'queue-full' })
  assert.equal(existsSync(again), false)
  const mailer = await openIn(folder)
  await mailer.send(DRAFT)
  await mailer.close()
  await assert.rejects(restore(config, backup), { code: 'not-possible' })
  await assert.rejects(backUp(config, backup), { code: 'not-possible' })
})

test('what is no whole backup is refused: not listed, changed, or leading elsewhere', async t => {
  const { backup } = await backedUp(t, 3)
  const fresh = await configIn(tempFolder(t))
  await assert.rejects(restore(fresh, tempFolder(t)), { code: 'invalid-option' })
  const { readFileSync } = await import('node:fs')
  const list = JSON.parse(readFileSync(join(backup, 'backup.json'), 'utf8'))
  writeFileSync(join(backup, 'keys', 'sender.test.s1.pem'), 'another key')
  await assert.rejects(restore(fresh, backup), /not a whole backup/)
  writeFileSync(join(backup, 'keys', 'sender.test.s1.pem'), 'a key')
  const evil = { ...list.files[0], name: 'keys/../queue.db' }
  writeFileSync(join(backup, 'backup.json'), JSON.stringify({ ...list, files: [evil] }))
  await assert.rejects(restore(fresh, backup), { code: 'invalid-option' })
})

test('of a relay with a database, keys and certificates are copied, and its kind is not mistaken', async t => {
  const folder = tempFolder(t)
  const options = { ...OPTIONS, queue: { url: 'postgres://nowhere.invalid/x' }, relay: { folder } }
  const config = await resolveRelayOptions(options, folder)
  mkdirSync(join(folder, 'certificates', 'mail.sender.test'), { recursive: true })
  writeFileSync(join(folder, 'certificates', 'mail.sender.test', 'key.pem'), 'a key')
  const backup = join(tempFolder(t), 'b')
  const list = await backUp(config, backup)
  assert.deepEqual(
    [list.queue, list.files.map(({ name }) => name)],
    ['database', ['certificates/mail.sender.test/key.pem']],
  )
  await assert.rejects(restore(await configIn(tempFolder(t)), backup), { code: 'not-possible' })
  const fresh = tempFolder(t)
  const restored = await restore(await resolveRelayOptions({ ...options, relay: { folder: fresh } }, fresh), backup)
  assert.deepEqual([restored.held, restored.files], [undefined, [join(fresh, 'certificates/mail.sender.test/key.pem')]])
})

test('what is left of another queue without its file is refused: it would be played into the one that comes back', async t => {
  const { backup } = await backedUp(t, 3)
  for (const name of ['queue.db-wal', 'queue.db-journal']) {
    const fresh = tempFolder(t)
    writeFileSync(join(fresh, name), 'left')
    await assert.rejects(restore(await configIn(fresh), backup), { code: 'not-possible', where: join(fresh, name) })
    assert.deepEqual(readdirSync(fresh), [name])
  }
})

test('captured mail comes back as captured mail', async t => {
  const folder = tempFolder(t)
  const mailer = await openIn(folder)
  await mailer.send(DRAFT)
  await mailer.close()
  writeFileSync(join(folder, 'queue.db.captured'), 'captured')
  const backup = join(tempFolder(t), 'b')
  await backUp(await configIn(folder), backup)
  const fresh = tempFolder(t)
  const { files } = await restore(await configIn(fresh), backup)
  // The mark is there before the queue is.
  assert.deepEqual(
    files.slice(0, 2).map(file => file.slice(fresh.length + 1)),
    ['queue.db.captured', 'queue.db'],
  )
  assert.ok(existsSync(join(fresh, 'queue.db.captured')))
})

test('sessions of the time that is lost are void, and who may do what again is named', async t => {
  const folder = tempFolder(t)
  await (await openIn(folder)).close()
  const config = await configIn(folder)
  const { keys, close } = await openKeys(config)
  await keys.add({ name: 'leaked', scopes: ['admin'], domains: [], networks: [] })
  await close()
  const { users, close: closeUsers } = await openUsers(config)
  await users.add({ name: 'anna', role: 'admin', content: true })
  await closeUsers()
  const count = (path: string): unknown => {
    using db = new DatabaseSync(path)
    return db.prepare('SELECT (SELECT count(*) FROM interface_session) + (SELECT count(*) FROM login_link) AS n').get()
      ?.n
  }
  {
    using db = new DatabaseSync(join(folder, 'accounts.db'))
    db.exec(
      "INSERT INTO interface_session VALUES ('d', 'i', 'anna', 1, 1, '', ''); INSERT INTO login_link VALUES ('d', 'anna', 0, 9e15)",
    )
  }
  const backup = join(tempFolder(t), 'b')
  await backUp(config, backup)
  const fresh = tempFolder(t)
  const { access } = await restore(await configIn(fresh), backup)
  assert.deepEqual(access, { keys: ['leaked'], users: ['anna'] })
  assert.equal(count(join(folder, 'accounts.db')), 2)
  assert.equal(count(join(fresh, 'accounts.db')), 0)
})
