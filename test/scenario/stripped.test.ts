/**
 * Scenarios: an attacker on the wire takes STARTTLS away. Where a policy is known, nothing is sent in plain text, however
 * much else the attacker controls, and the message is delivered when the attack is over.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Mailer } from '@postrider/core'
import { makeAuthority, makeCertificate } from '@postrider/core/testing'
import { startPolicyHost } from '../support/policy-host.ts'
import { type Stripper, startStripper } from '../support/stripper.ts'
import { tlsaOf } from '../support/tlsa.ts'
import { DRAFT, openWorld, type World, type WorldOptions } from '../support/world.ts'

interface Attacked extends AsyncDisposable {
  readonly world: World
  readonly stripper: Stripper
  readonly port: number
}

/** A world whose one mail host is reached through the attacker. */
async function attacked(options: WorldOptions = {}): Promise<Attacked> {
  const world = await openWorld({ hosts: [{ capabilities: ['PIPELINING', 'REQUIRETLS'] }], ...options })
  const [host] = world.mx
  assert.ok(host)
  const stripper = await startStripper(host)
  world.dns.set('mx1.dest.test', { A: stripper.address })
  return {
    world,
    stripper,
    port: host.port,
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]()
      await stripper[Symbol.asyncDispose]()
    },
  }
}

/** Sends under attack, and again when it is over. */
async function holdsOut({ world, stripper }: Attacked, mailer: Mailer, draft: Parameters<Mailer['send']>[0] = DRAFT) {
  const before = world.mx[0]?.messages.length ?? 0
  stripper.strip = true
  stripper.cut()
  const receipt = await mailer.send({ ...draft, subject: 'A secret' })
  await mailer.idle()
  const { facts } = await mailer.explain(receipt.id)
  const deferred = facts.map(({ fact }) => fact).find(fact => fact.kind === 'deferred')
  assert.equal(deferred?.code, 'tls-required')
  assert.equal(world.mx[0]?.messages.length, before)
  assert.doesNotMatch(stripper.overheard, /MAIL FROM|secret/i)
  assert.match(stripper.overheard, /EHLO/)
  stripper.strip = false
  stripper.cut()
  await mailer.queue.flush()
  assert.equal((await receipt.settled()).delivered, true)
  assert.ok(world.mx[0]?.messages.at(-1)?.tls)
}

test('without any policy the attack works: TLS that nobody demands is taken when it is offered', async () => {
  await using it = await attacked()
  it.stripper.strip = true
  const outcome = await (await it.world.mailer.send(DRAFT)).settled()
  assert.equal(outcome.delivered, true)
  assert.match(it.stripper.overheard, /It works/)
})

test('tls.minimum holds out', async () => {
  await using it = await attacked({ options: { tls: { minimum: 'encrypted' } } })
  await holdsOut(it, it.world.mailer)
})

test('TLSA records hold out', async () => {
  const certificate = makeCertificate({ names: ['unknown.test'] })
  await using it = await attacked({ hosts: [{ certificate }], authentic: true })
  it.world.dns.set(`_${it.port}._tcp.mx1.dest.test`, { TLSA: tlsaOf(certificate.cert) })
  await holdsOut(it, it.world.mailer)
})

test('REQUIRETLS holds out', async () => {
  await using it = await attacked({ authentic: true })
  await holdsOut(it, it.world.mailer, { ...DRAFT, requireTls: true })
})

test('a known MTA-STS policy holds out, over a restart, with its record and its host taken away', async () => {
  const authority = makeAuthority()
  await using policyHost = await startPolicyHost({ domain: 'dest.test', authority })
  await using it = await attacked({
    authority,
    zone: { '_mta-sts.dest.test': { TXT: 'v=STSv1; id=1' }, 'mta-sts.dest.test': { A: '127.0.0.1' } },
    seams: { policyPort: policyHost.port },
  })
  assert.equal((await (await it.world.mailer.send(DRAFT)).settled()).recipients[0]?.tls?.verified, 'pkix')
  await it.world.mailer.close()
  await policyHost[Symbol.asyncDispose]()
  it.world.dns.set('_mta-sts.dest.test', undefined)
  it.world.dns.set('mta-sts.dest.test', undefined)
  await holdsOut(it, await it.world.another())
})
