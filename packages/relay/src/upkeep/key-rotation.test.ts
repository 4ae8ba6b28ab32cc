import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { generateDkimKey } from '@postrider/core'
import { createFakeDns } from '@postrider/core/testing'
import { openKeyRotations } from '../assembly/key-rotations.ts'
import { prepareSigningKeys } from '../assembly/signing-keys.ts'
import { resolveRelayOptions } from '../config/options.ts'
import { startTestRelay } from '../testing/test-relay.ts'

const FROM = 'me@abc.mail'

test('a relay that turns a key tells it, counts it, signs with it, and does so after a reload', async () => {
  const { pem } = await generateDkimKey({ domain: 'abc.mail', selector: 'mail', algorithm: 'ed25519-sha256' })
  const dkim = [{ domain: 'abc.mail', selector: 'mail', privateKey: pem }]
  const dns = createFakeDns({ 'abc.mail': { NS: 'ns.host.example' }, 'ns.host.example': { A: '192.0.2.1' } })
  const seams = { resolver: dns, nameServer: () => ({ ...dns, close: async () => undefined }) }
  await using first = await startTestRelay({ dkim }, seams)
  const options = {
    hostname: 'mail.abc.mail',
    preflight: 'off',
    dkim,
    queue: { path: join(first.folder, 'queue.db') },
  } as const
  const { config } = await prepareSigningKeys(await resolveRelayOptions(options))
  await using rotations = await openKeyRotations(config)
  const begun = await rotations.begin('abc.mail', Date.now())
  assert.equal(begun.kind, 'begun')
  for (const { name, value } of begun.kind === 'begun' ? begun.state.records : []) dns.set(name, { TXT: value })
  await first.relay.close({ withinMs: 0 })

  await using second = await startTestRelay(
    {
      dkim,
      queue: { path: join(first.folder, 'queue.db') },
      relay: { folder: first.folder, admin: { listen: '127.0.0.1:0' } },
    },
    seams,
  )
  while ((await rotations.list())[0]?.lookedAt === undefined || (await rotations.list())[0]?.stage !== 'retire')
    await new Promise(setImmediate)
  const told = (): readonly unknown[] =>
    second.log.filter(line => line.fact === 'dkim-key-stage').map(({ stage }) => stage)
  assert.deepEqual(told(), ['publish', 'retire'])
  const selector = async (): Promise<string | undefined> => {
    const { id } = await second.relay.mailer.send({ from: FROM, to: 'you@dest.example', subject: 'x', text: 'y' })
    return /\bs=(\w+);/.exec((await second.relay.mailer.queue.content(id))?.toString() ?? '')?.[1]
  }
  while ((await selector()) !== 'mail2') await new Promise(setImmediate)
  await second.relay.reload()
  assert.equal(await selector(), 'mail2')
  const metrics = await (await fetch(`http://127.0.0.1:${second.relay.adminPort}/metrics`)).text()
  assert.match(metrics, /^postrider_dkim_rotations\{stage="retire"\} 1$/m)
})
