/** What the doctor says of a queue, seen beside the mailer that works on it. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { checkQueue, type Finding } from '../../packages/cli/src/checkup/index.ts'
import { DRAFT, openWorld, type World } from '../support/world.ts'

const HOUR = 3_600_000

async function findings(world: World, now = Date.now()): Promise<Readonly<Record<string, Finding>>> {
  const looking = await world.another({}, { deliver: false })
  const found = await checkQueue(looking, { now, warnAfterMs: 4 * HOUR })
  return Object.fromEntries(found.map(each => [each.id, each]))
}

const wrong = (found: Readonly<Record<string, Finding>>): string[] =>
  Object.values(found)
    .filter(({ level }) => level !== 'ok')
    .map(({ id, level }) => `${id} ${level}`)

suite('the queue, as the doctor sees it', () => {
  test('that is empty is in order', async () => {
    await using world = await openWorld()
    assert.deepEqual(wrong(await findings(world)), [])
  })

  test('with a destination that defers says where, how much, and the last word from there', async () => {
    await using world = await openWorld({
      hosts: [{ answer: ({ verb }) => (verb === 'RCPT' ? '451 4.7.1 Greylisted, try again later' : undefined) }],
    })
    await world.mailer.send(DRAFT)
    await world.mailer.send({ ...DRAFT, to: 'other@dest.test' })
    await world.mailer.idle()
    const found = await findings(world)
    assert.deepEqual(wrong(found), ['queue.waiting note', 'queue.replies note'])
    assert.match(found['queue.waiting']!.found, /^dest\.test: 2 waiting, next try in .*: 451 4\.7\.1 Greylisted/)
    assert.match(found['queue.replies']!.found, /\(2 deferred; last .* ago, dest\.test\): 451 4\.7\.1 Greylisted/)
  })

  test('with a refusal that a check can mend names the check', async () => {
    await using world = await openWorld({
      hosts: [
        {
          answer: ({ verb }) =>
            verb === 'MAIL' ? '450 4.7.25 Client host rejected: cannot find your hostname' : undefined,
        },
      ],
    })
    await world.mailer.send(DRAFT)
    await world.mailer.idle()
    const { 'queue.replies': replies } = await findings(world)
    assert.equal(replies?.level, 'warn')
    assert.match(replies?.fix ?? '', /^host\.ptr-confirmed: Give the address/)
  })

  test('tells bounces with the rule that judged them, until something arrives there again', async () => {
    let well = false
    await using world = await openWorld({
      hosts: [
        {
          answer: ({ verb }) =>
            verb === 'RCPT' && !well ? '550 5.7.1 Client host rejected: cannot find your hostname' : undefined,
        },
      ],
    })
    await world.mailer.send(DRAFT)
    await world.mailer.idle()
    const { 'queue.replies': refused } = await findings(world)
    assert.equal(refused?.level, 'warn')
    assert.match(refused?.found ?? '', /^\S+ \(1 deferred; last .* ago, dest\.test\): 550 5\.7\.1 Client host rejected/)
    assert.match(refused?.fix ?? '', /^host\.ptr-confirmed: /)
    well = true
    await world.mailer.send({ ...DRAFT, to: 'other@dest.test' })
    await world.mailer.idle()
    const { 'queue.replies': mended } = await findings(world)
    assert.equal(mended?.level, 'note')
    assert.match(mended?.found ?? '', /delivered since/)
    assert.equal(mended?.fix, 'postrider explain ID')
  })

  test('tells which site is paused, for how long and why, though another mailer delivers', async () => {
    await using world = await openWorld({
      hosts: [{ answer: ({ verb }) => (verb === 'MAIL' ? '421 4.7.28 Too many messages, try later' : undefined) }],
    })
    for (const name of ['a', 'b', 'c']) {
      await world.mailer.send({ ...DRAFT, to: `${name}@dest.test` })
      await world.mailer.idle()
    }
    const { 'queue.paused-sites': lanes } = await findings(world)
    assert.equal(lanes?.level, 'note')
    assert.match(lanes?.found ?? '', /^\S+: paused for .*, resumes in .*: We send too much or too fast/)
    await world.mailer.close()
    const { 'queue.paused-sites': after } = await findings(world)
    assert.equal(after?.level, 'note', 'whoever delivers next knows of the pause')
  })

  test('with mail that is old says how old, and with mail on hold how much', async () => {
    await using world = await openWorld({ hosts: ['down'] })
    const { id } = await world.mailer.send(DRAFT)
    await world.mailer.idle()
    await world.mailer.queue.hold(id, 'a look at it')
    const found = await findings(world, Date.now() + 5 * HOUR)
    assert.equal(found['queue.age']?.level, 'warn')
    assert.match(found['queue.age']?.found ?? '', /5 h old/)
    assert.match(found['queue.held']?.found ?? '', /^1 messages/)
  })

  test('that nobody delivers from is told after ten minutes', async () => {
    await using world = await openWorld()
    await world.mailer.close()
    const submitting = await world.another({}, { deliver: false })
    await submitting.send(DRAFT)
    assert.equal((await findings(world))['queue.delivery']?.level, 'ok')
    const later = (await findings(world, Date.now() + HOUR))['queue.delivery']
    assert.equal(later?.level, 'warn')
    assert.equal(later?.fix, 'postrider serve')
  })
})
