/** Scenario: what was said in a delivery that succeeded is kept where it was asked for, and nowhere else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeliveredFact } from '../../packages/core/src/model/fact.ts'
import { DRAFT, openWorld, type World } from '../support/world.ts'

async function delivered(world: World, draft: object = {}): Promise<readonly DeliveredFact[]> {
  const { id, settled } = await world.mailer.send({ ...DRAFT, text: 'not to be kept\n', ...draft })
  await settled()
  const { facts } = await world.mailer.explain(id)
  return facts.flatMap(({ fact }) => (fact.kind === 'delivered' ? [fact] : []))
}

test('nothing is kept of what was not asked for, where sites have no share', async () => {
  await using world = await openWorld({ options: { queue: { keepDialogues: { perSite: 0 } } } })
  assert.equal((await delivered(world))[0]?.transcript, undefined)
})

test('what was asked for by recipient is in the history and the story, once, without an octet of the message', async () => {
  await using world = await openWorld({
    options: { queue: { keepDialogues: { recipients: ['YOU@dest.test'], perSite: 0 } } },
  })
  const [first, second] = await delivered(world, { to: ['you@dest.test', 'other@dest.test'] })
  const said = first?.transcript?.join('\n') ?? ''
  assert.match(said, /^C: MAIL FROM:<me@sender\.test>/m)
  assert.match(said, /^C: RCPT TO:<you@dest\.test>/m)
  assert.match(said, /^C: \(\d+ octets and the final dot\)\nS: 250/m)
  assert.doesNotMatch(said, /not to be kept|Subject/)
  assert.equal(second?.transcript, undefined)
  assert.equal((await delivered(world, { to: 'other@dest.test' }))[0]?.transcript, undefined)
  const { id, settled } = await world.mailer.send(DRAFT)
  await settled()
  const { lines } = await world.mailer.explain(id)
  assert.match(lines.map(({ detail }) => detail).join('\n'), /C: RCPT TO:<you@dest\.test>/)
})

test('of each site one is kept without being asked for, and the next when a share of the day has passed', async () => {
  await using world = await openWorld()
  const kept = []
  for (const name of ['one', 'two']) kept.push((await delivered(world, { to: `${name}@dest.test` }))[0])
  assert.deepEqual(
    kept.map(fact => fact?.transcript !== undefined),
    [true, false],
  )
  assert.match(kept[0]?.transcript?.join('\n') ?? '', /one@dest\.test/)
})

test('a login is not in it', async () => {
  const login = { user: 'user', password: 'correct horse battery staple' }
  await using world = await openWorld({ hosts: [{ login }] })
  const route = { domain: '*', host: 'mx1.dest.test', port: world.mx[0]?.port ?? 0, login }
  await world.mailer.close()
  const queue = { path: `${world.folder}/queue.db`, keepDialogues: { recipients: ['@dest.test'] } }
  await using mailer = await world.another({
    routes: [route],
    queue,
  })
  const receipt = await mailer.send(DRAFT)
  await receipt.settled()
  const told = JSON.stringify(await mailer.explain(receipt.id))
  assert.match(told, /AUTH \w+ ?\*{4}|RCPT TO/)
  const secrets = [login.password, `\0user\0${login.password}`].flatMap(text => [
    text,
    Buffer.from(text).toString('base64'),
  ])
  for (const secret of secrets) assert.ok(!told.includes(secret))
})
