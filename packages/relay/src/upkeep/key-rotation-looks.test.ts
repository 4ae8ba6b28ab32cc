import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateDkimKey, type Logger, MailerError, type ResolvedDkim } from '@postrider/core'
import { createFakeDns, FakeClock } from '@postrider/core/testing'
import { Prometheus } from '../admin/index.ts'
import { resolveRelayOptions } from '../config/options.ts'
import { beginRotation, StoredRotations } from '../dkim/index.ts'
import { openSqliteStore } from '../store/index.ts'
import { KeyRotation } from './key-rotation.ts'

const DAY = 86_400_000
const AT = Date.UTC(2026, 0, 5)
const domain = 'abc.example' as ResolvedDkim['domain']

const nothing = (): void => undefined
const logger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => logger }

async function world() {
  const rotations = new StoredRotations(await openSqliteStore(':memory:'))
  const dns = createFakeDns({ [domain]: { NS: 'ns.host.example' }, 'ns.host.example': { A: '192.0.2.1' } })
  const asked: string[] = []
  const told: string[] = []
  const one = async (now: number): Promise<void> => {
    const clock = new FakeClock(now)
    const turning = new KeyRotation({
      rotations,
      take: async () => undefined,
      open: async () => ({
        resolver: dns,
        open: () => ({ ...dns, close: async () => undefined }),
        hook: async (action, { name }) => void asked.push(`${action} ${name.split('.')[0]}`),
        oldestAcceptedAt: async () => undefined,
        lifetimeMs: 5 * DAY,
        [Symbol.asyncDispose]: async () => undefined,
      }),
      told: ({ stage }) => void told.push(stage),
      clock,
      logger,
      metrics: new Prometheus(),
    })
    turning.start()
    // The next look.
    await clock.armed(60_000)
    await turning.close()
  }
  const { pem } = await generateDkimKey({ domain, selector: 'mail', algorithm: 'ed25519-sha256' })
  const key = { domain, selector: 'mail', privateKey: pem, source: 'mail.pem' }
  await beginRotation(rotations, { domain, keys: [key], at: AT })
  return { rotations, asked, told, lookAt: one }
}

test('a look by a clock that was ahead keeps nobody from looking once it is put right', async () => {
  const { asked, lookAt } = await world()
  await lookAt(AT + 400 * DAY)
  await lookAt(AT + 1)
  assert.deepEqual(asked, ['set mail2', 'set mail2'])
  await lookAt(AT + 2)
  assert.equal(asked.length, 2, 'the next is in five minutes')
})

test('what a hook published for a rotation that is cancelled is cleared, once, and told', async () => {
  const { rotations, asked, told, lookAt } = await world()
  await lookAt(AT)
  await rotations.cancel(domain, AT + 1)
  for (const later of [1, 2, 3]) await lookAt(AT + later * DAY)
  assert.deepEqual(asked, ['set mail2', 'clear mail2'])
  assert.deepEqual(told, ['publish', 'cancelled'])
})

test('a hook that is no web address is refused, where it stands', async () => {
  for (const [dnsHook, where] of [
    ['not a url', 'relay.dkimRotation.dnsHook'],
    ['ftp://x/', 'relay.dkimRotation.dnsHook'],
    ['not a url', 'relay.acme.dnsHook'],
  ] as const) {
    const relay = where.includes('acme') ? { acme: { dnsHook } } : { dkimRotation: { dnsHook } }
    await assert.rejects(
      resolveRelayOptions({ hostname: 'mail.abc.mail', relay }),
      error => MailerError.is(error) && error.message.includes(`${where}: found`),
    )
  }
})
