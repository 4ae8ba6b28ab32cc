/** Scenario: what was sent is counted, by where it went, whose it was and how it ended. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MailerError } from '@postrider/core'
import { DRAFT, openWorld } from '../support/world.ts'

const answer = ({ verb, address }: { readonly verb: string; readonly address?: string }) =>
  verb === 'RCPT' && address?.startsWith('nobody') ? '550 5.1.1 no such user' : undefined

test('what was accepted, delivered and bounced is counted by site, account, hour and outcome', async () => {
  await using world = await openWorld({ hosts: [{ answer }] })
  const { mailer } = world
  await (await mailer.send(DRAFT)).settled()
  await (await mailer.send({ ...DRAFT, to: ['a@dest.test', 'nobody@dest.test'] })).settled()
  // Nobody is asked about an address that bounced.
  await (await mailer.send({ ...DRAFT, to: 'nobody@dest.test' })).settled()
  await mailer.idle()
  const { total, rows, from, to } = await mailer.stats({ by: 'site' })
  const zero = { accepted: 0, delivered: 0, deferred: 0, bounced: 0, expired: 0, suppressed: 0, complained: 0 }
  assert.deepEqual(total.counts, { ...zero, accepted: 4, delivered: 2, bounced: 1, suppressed: 1 })
  assert.equal(rows.length, 2)
  const [none, site] = rows
  assert.deepEqual([none?.site, none?.counts.accepted, none?.counts.suppressed], ['none', 4, 1])
  assert.match(site?.site ?? '', /dest\.test$/)
  assert.deepEqual(site?.counts, { ...zero, delivered: 2, bounced: 1 })
  assert.equal(
    site?.latency?.buckets.reduce((sum, { recipients }) => sum + recipients, 0),
    2,
  )
  assert.equal((to - from) / 3_600_000, 24)
  const hours = await mailer.stats()
  assert.equal(hours.rows.at(-1)?.step, 'hour')
  assert.deepEqual(
    (await mailer.stats({ by: 'account' })).rows.map(({ account }) => account),
    [''],
  )
  const outcomes = (await mailer.stats({ by: 'outcome' })).rows
  assert.deepEqual(
    outcomes.filter(({ counts, outcome }) => counts[outcome!] > 0).map(({ outcome }) => outcome),
    ['accepted', 'delivered', 'bounced', 'suppressed'],
  )
})

test('mail to test addresses counts nowhere', async () => {
  await using world = await openWorld()
  await (await world.mailer.send({ ...DRAFT, to: 'delivered@resend.dev' })).settled()
  await world.mailer.idle()
  assert.deepEqual((await world.mailer.stats()).rows, [])
})

test('what cannot be asked for is refused', async () => {
  await using world = await openWorld()
  const refuses = (request: object, where: string): Promise<void> =>
    assert.rejects(
      world.mailer.stats(request),
      error => MailerError.is(error) && error.code === 'invalid-option' && error.where === where,
    )
  await refuses({ by: 'week' }, 'request.by')
  await refuses({ from: 4_000_000, to: 1 }, 'request.from')
  await refuses({ from: 'yesterday' }, 'request.from')
  await refuses({ limit: 0 }, 'request.limit')
  await refuses({ sites: 'x' }, 'request.sites')
})
