/** The checks of the doctor that need more than records: the name, the clock, mailboxes, a signature. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Domain } from '../model/address.ts'
import { createFakeDns } from '../testing/fake-dns.ts'
import { checkClock, checkHelo } from './checks/host.ts'
import { checkMailboxes } from './checks/mailboxes.ts'
import { checkSignature } from './checks/signature.ts'
import type { AskMailboxes } from './doctor-probes.ts'

const signal = new AbortController().signal

suite('the EHLO name', () => {
  for (const name of ['mail.example.com', 'a-1.b.example', 'xn--bcher-kva.example'])
    test(`${name} is one that others can look up`, () => assert.equal(checkHelo(name as Domain).level, 'ok'))

  for (const name of [
    'localhost',
    'mail.local',
    'host.lan',
    'ip-10-0-0-1.internal',
    'my_host.example.com',
    'mail.example.1',
    '[192.0.2.1]',
  ])
    test(`${name} is not, and the reason is told`, () => {
      const { level, found, fix } = checkHelo(name as Domain)
      assert.equal(level, 'warn')
      assert.match(found, /: /)
      assert.ok(fix)
    })
})

suite('the clock', () => {
  const level = (theirs: number | undefined): string => checkClock({ now: 1_000_000_000_000, theirs }).level
  test('may differ by a minute', () =>
    assert.deepEqual([level(1_000_000_060_000), level(999_999_940_000)], ['ok', 'ok']))
  test('that differs by more is told with how much', () => {
    assert.deepEqual([level(1_000_000_061_000), level(999_999_939_000)], ['warn', 'warn'])
    assert.equal(checkClock({ now: 1_000_000_000_000, theirs: 1_000_000_120_000 }).found, '120 s behind')
  })
  test('that nobody can tell is unknown', () => assert.equal(level(undefined), 'unknown'))
})

suite('the mailboxes that mail comes back to', () => {
  const resolver = createFakeDns({
    'example.com': { MX: ['20 b.example.com', '10 a.example.com'] },
    'null.test': { MX: '0 .' },
    'none.test': { A: '192.0.2.1' },
  })
  const levels = async (local: string, ask: AskMailboxes, domain = 'example.com'): Promise<readonly string[]> => {
    const sender = { local, domain: domain as Domain }
    return (await checkMailboxes({ resolver, signal }, { sender, askMailboxes: ask })).map(({ level }) => level)
  }
  const answering =
    (code: number, asked: string[] = []): AskMailboxes =>
    async ({ host, addresses }) => {
      asked.push(`${host}: ${addresses.map(({ local }) => local).join()}`)
      return {
        answers: addresses.map(each => ({ address: `${each.local}@${each.domain}`, code, reply: String(code) })),
      }
    }

  test('are asked of the first mail host: the sender and postmaster, each once', async () => {
    const asked: string[] = []
    assert.deepEqual(await levels('news', answering(250, asked)), ['ok', 'ok'])
    assert.deepEqual(await levels('Postmaster', answering(250, asked)), ['ok'])
    assert.deepEqual(asked, ['a.example.com: news,postmaster', 'a.example.com: postmaster'])
  })
  test('that are refused are warned of; a host that is busy or silent tells nothing', async () => {
    assert.deepEqual(await levels('news', answering(550)), ['warn', 'warn'])
    assert.deepEqual(await levels('news', answering(451)), ['unknown', 'unknown'])
    assert.deepEqual(await levels('news', async () => ({ answers: [], problem: 'no connection' })), [
      'unknown',
      'unknown',
    ])
  })
  test('are not asked for where there is no mail host: another check says so', async () => {
    assert.deepEqual(await levels('a', answering(550), 'null.test'), [])
    assert.deepEqual(await levels('a', answering(550), 'none.test'), [])
  })
})

suite('a message that is signed now', () => {
  test('by a key that is not the published one fails, whatever the records look like', async () => {
    const { generateDkimKey, dkimRecord, sign } = await import('../sign/index.ts')
    const { inspect } = await import('../compose/index.ts')
    const [{ key }, { key: other }] = (await Promise.all(
      [1, 2].map(() => generateDkimKey({ domain: 'example.com', selector: 's1' })),
    )) as [Awaited<ReturnType<typeof generateDkimKey>>, Awaited<ReturnType<typeof generateDkimKey>>]
    const { name, value } = dkimRecord(key)
    const resolver = createFakeDns({ [name]: { TXT: value } })
    const raw = inspect(
      Buffer.from(
        'From: a@example.com\r\nDate: Mon, 5 Jan 2026 12:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n\r\nHello\r\n',
      ),
    )
    const verdict = async (by: typeof key): Promise<readonly string[]> => {
      const signSample = async (): Promise<Uint8Array> => (await sign(raw, [by], Date.now())).bytes
      const checks = await checkSignature({ resolver, signal }, { from: 'example.com' as Domain, signSample })
      return checks.map(({ id, level }) => `${id} ${level}`)
    }
    assert.deepEqual(await verdict(key), ['dkim.verifies ok'])
    assert.deepEqual(await verdict(other), ['dkim.verifies fail'])
  })
})
