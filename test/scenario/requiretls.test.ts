/** Scenarios: REQUIRETLS (RFC 8689) end to end: carried on, or returned with 5.7.30. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DRAFT, openWorld } from '../support/world.ts'

const SAFE = { ...DRAFT, requireTls: true } as const
const SENDER = { 'sender.test': { MX: '10 mx1.dest.test' } } as const

test('a message that no host can take with REQUIRETLS comes back at once with 5.7.30 and only its header', async () => {
  await using world = await openWorld({ authentic: true, zone: SENDER, options: { notices: { to: 'sender' } } })
  const receipt = await world.mailer.send(SAFE)
  const outcome = await receipt.settled()
  assert.deepEqual(
    outcome.recipients.map(({ state, code }) => [state, code]),
    [['bounced', 'requiretls-unsupported']],
  )
  await world.mailer.idle()
  const [notice, ...more] = world.mx[0]?.messages ?? []
  assert.equal(more.length, 0)
  const text = notice?.content.toString('latin1') ?? ''
  assert.match(text, /^Status: 5\.7\.30\r$/m)
  assert.match(text, /^Content-Type: text\/rfc822-headers\r$/m)
  assert.doesNotMatch(text, /It works/)
})

test('the notice goes back with REQUIRETLS where the way back supports it (RFC 8689 §5)', async () => {
  await using world = await openWorld({
    authentic: true,
    hosts: [{ capabilities: ['REQUIRETLS'] }],
    zone: {
      ...SENDER,
      'bare.test': { MX: '10 nobody.bare.test', authentic: false },
      'nobody.bare.test': { A: '127.0.0.11' },
    },
    options: { notices: { to: 'sender' } },
  })
  const receipt = await world.mailer.send({ ...SAFE, to: 'you@bare.test' })
  const { recipients } = await receipt.settled()
  assert.deepEqual([recipients[0]?.state, recipients[0]?.rule], ['bounced', 'route.requiretls-impossible'])
  await world.mailer.idle()
  const [notice] = world.mx[0]?.messages ?? []
  assert.deepEqual([notice?.from, notice?.fromParameters.includes('REQUIRETLS')], ['', true])
})

test('REQUIRETLS is carried on to a host that supports it and proves its name', async () => {
  await using world = await openWorld({ authentic: true, hosts: [{ capabilities: ['REQUIRETLS'] }] })
  const receipt = await world.mailer.send(SAFE)
  const [recipient] = (await receipt.settled()).recipients
  const { policy, verified, protocol } = recipient?.tls ?? {}
  assert.deepEqual([policy, verified, protocol], ['requiretls', 'pkix', 'TLSv1.3'])
  const { lines } = await world.mailer.explain(receipt.id)
  assert.match(
    lines.map(({ text }) => text).join('\n'),
    /over TLSv1\.3 \(\S+\), certificate verified, as REQUIRETLS demands/,
  )
  assert.match(world.mx[0]?.messages[0]?.fromParameters ?? '', /REQUIRETLS/)
})

test('when the first host lacks REQUIRETLS the second one gets the message', async () => {
  await using world = await openWorld({ authentic: true, hosts: [{}, { capabilities: ['REQUIRETLS'] }] })
  assert.equal((await (await world.mailer.send(SAFE)).settled()).recipients[0]?.host, 'mx2.dest.test')
})

test('"TLS-Required: No" gets a message past a policy of the receiver, and not past tls.minimum', async () => {
  const draft = { ...DRAFT, headers: { 'TLS-Required': 'No' } }
  const wrong = '3 1 1 '.padEnd(70, '0')
  for (const minimum of ['opportunistic', 'verified'] as const) {
    await using world = await openWorld({
      authentic: true,
      hosts: [{ certificate: false }],
      options: { tls: { minimum } },
    })
    world.dns.set(`_${world.mx[0]?.port}._tcp.mx1.dest.test`, { TLSA: wrong })
    const receipt = await world.mailer.send(draft)
    await world.mailer.idle()
    const [recipient] = (await world.mailer.queue.show(receipt.id)).recipients
    assert.equal(recipient?.state, minimum === 'opportunistic' ? 'delivered' : 'deferred')
  }
})
