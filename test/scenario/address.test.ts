/** Scenarios: addresses and domains beyond ASCII, through the whole mailer. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateDkimKey } from '@postrider/core'
import { DRAFT, openWorld } from '../support/world.ts'

const EAI = {
  from: 'Jürgen <jürgen@sender.test>',
  to: 'δοκιμή@παράδειγμα.test',
  subject: 'Grüße',
  text: 'Es läuft.\n',
}
const ZONE = { 'xn--hxajbheg2az3al.test': { MX: '10 mx1.dest.test' } }

test('a draft from and to internationalised addresses goes out with SMTPUTF8, signed', async () => {
  const { pem } = await generateDkimKey({ domain: 'sender.test', selector: 's' })
  await using world = await openWorld({
    zone: ZONE,
    options: { dkim: [{ domain: 'sender.test', selector: 's', privateKey: pem }] },
  })
  const receipt = await world.mailer.send(EAI)
  assert.deepEqual(receipt.recipients, ['δοκιμή@xn--hxajbheg2az3al.test'])
  assert.equal((await receipt.settled()).delivered, true)
  const [message] = world.mx[0]?.messages ?? []
  assert.match(message?.fromParameters ?? '', /SMTPUTF8/)
  assert.equal(message?.from, 'jürgen@sender.test')
  assert.equal(message?.recipients[0]?.address, 'δοκιμή@xn--hxajbheg2az3al.test')
  assert.match(message?.content.toString('utf8') ?? '', /^From: .*<jürgen@sender\.test>\r$/m)
  assert.match(message?.content.toString('latin1') ?? '', /^DKIM-Signature: /)
})

test('a host without SMTPUTF8 refuses it for good, with a code of its own, and another host of the site is asked first', async () => {
  await using world = await openWorld({ hosts: [{ capabilities: ['PIPELINING', '8BITMIME'] }], zone: ZONE })
  const outcome = await (await world.mailer.send(EAI)).settled()
  assert.equal(outcome.recipients[0]?.state, 'bounced')
  assert.equal(outcome.recipients[0]?.code, 'not-supported')
  assert.match(outcome.recipients[0]?.detail ?? '', /SMTPUTF8/)
  assert.equal(world.mx[0]?.messages.length, 0)
})

test('an internationalised domain alone needs no SMTPUTF8', async () => {
  await using world = await openWorld({ hosts: [{ capabilities: ['PIPELINING'] }], zone: ZONE })
  const outcome = await (await world.mailer.send({ ...DRAFT, to: 'you@παράδειγμα.test' })).settled()
  assert.equal(outcome.delivered, true)
  assert.equal(world.mx[0]?.messages[0]?.recipients[0]?.address, 'you@xn--hxajbheg2az3al.test')
  assert.doesNotMatch(world.mx[0]?.messages[0]?.fromParameters ?? '', /SMTPUTF8/)
})

test('a quoted local part and one with every legal character arrive as they are', async () => {
  await using world = await openWorld()
  const to = ['"john doe"@dest.test', "o'brien+tag!#$%&*=?^_`{|}~-/@dest.test"]
  const outcome = await (await world.mailer.send({ ...DRAFT, to })).settled()
  assert.equal(outcome.delivered, true)
  assert.deepEqual(
    world.mx[0]?.messages[0]?.recipients.map(({ address }) => address),
    to,
  )
})
