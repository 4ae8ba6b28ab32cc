/**
 * Aliases: mail of anybody to a name of ours goes on to people elsewhere, with proof of what it is, and comes back to us alone.
 */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { createFakeDns } from '@postrider/core/testing'
import { resolveRelayOptions } from '../config/options.ts'
import { startThroughRelay } from '../testing/through.ts'
import { bounce, deliver, INBOUND, LISTEN, mxOf, RETURN } from './inbound.fixture.ts'

const ZONE = {
  'dest.example': { MX: ['10 mx.dest.example'] },
  'mx.dest.example': { A: ['127.0.0.1'] },
  'good.example': { TXT: ['v=spf1 ip4:127.0.0.1 -all'] },
  '_dmarc.good.example': { TXT: ['v=DMARC1; p=reject'] },
  'bank.example': { TXT: ['v=spf1 -all'] },
  '_dmarc.bank.example': { TXT: ['v=DMARC1; p=reject'] },
} as const

const ALIASES = [
  { name: 'postmaster', to: ['me@dest.example'] },
  { name: 'list@abc.mail', to: ['one@dest.example', 'two@dest.example'] },
]

const start = () =>
  startThroughRelay(
    {
      returnPath: RETURN,
      relay: {
        listen: LISTEN,
        domains: ['abc.mail'],
        postmaster: 'boss@dest.example',
        inbound: { listen: [INBOUND], aliases: ALIASES },
      },
    },
    { resolver: createFakeDns(ZONE as never) },
  )
type Test = Awaited<ReturnType<typeof start>>

async function bring(
  test: Test,
  { from, author = from, to, above = '' }: { from: string; author?: string; to: string; above?: string },
): Promise<string> {
  using client = await mxOf(test)
  await client.ask(`MAIL FROM:<${from}>`)
  const answer = await client.ask(`RCPT TO:<${to}>`)
  if (!answer.startsWith('250')) return answer
  await client.ask('DATA')
  return await client.ask(`${above}From: ${author}\r\nTo: ${to}\r\nSubject: a question\r\n\r\nhello\r\n.`)
}

suite('an alias', () => {
  test('sends on what came, with what was found of it, under a MAIL FROM that comes back to us', async () => {
    await using it = await start()
    assert.match(
      await bring(it, { from: 'ann@good.example', to: 'Postmaster@ABC.mail' }),
      /^250 2\.0\.0 Taken as [0-9A-Z]{20}/,
    )
    const [sent] = await it.mx.waitFor(1)
    assert.match(sent!.from, /^b1-[0-9a-z]{20}-0-[0-9a-z]{13}@bounces\.abc\.mail$/)
    assert.deepEqual(
      sent!.recipients.map(({ address }) => address),
      ['me@dest.example'],
    )
    const text = sent!.content.toString()
    assert.match(
      text,
      /^Received: by [^\r]+\r\n\t[^\r]+\r\nAuthentication-Results: [^;]+;\r\n\tspf=pass smtp\.mailfrom=good\.example;\r\n\tdkim=none;\r\n\tdmarc=pass header\.from=good\.example\r\nDelivered-To: Postmaster@abc\.mail\r\nFrom: ann@good\.example\r\n/i,
    )
    assert.ok(text.endsWith('\r\n\r\nhello\r\n'), text)
  })
  test('is a list where it has several, each with a MAIL FROM of its own', async () => {
    await using it = await start()
    assert.match(await bring(it, { from: 'ann@good.example', to: 'list@abc.mail' }), /^250 /)
    const sent = await it.mx.waitFor(2)
    assert.equal(new Set(sent.map(({ from }) => from)).size, 2)
  })
  test('believes nobody who says in our name what we found', async () => {
    await using it = await start()
    const above =
      'Authentication-Results: mail.abc.mail; dmarc=pass\r\nAuthentication-Results: mx.elsewhere.example; spf=pass\r\n'
    assert.match(await bring(it, { from: 'ann@good.example', to: 'postmaster@abc.mail', above }), /^250 /)
    const [sent] = await it.mx.waitFor(1)
    const found = sent!.content.toString().match(/^Authentication-Results: [^;]+/gim)
    assert.deepEqual(found, ['Authentication-Results: mail.abc.mail', 'Authentication-Results: mx.elsewhere.example'])
  })
  test('keeps mail of nobody mail of nobody', async () => {
    await using it = await start()
    assert.match(
      await bring(it, { from: '', author: 'MAILER-DAEMON@good.example', to: 'postmaster@bounces.abc.mail' }),
      /^550 5\.7\.1 /,
    )
    assert.match(await bring(it, { from: '', author: 'x@plain.example', to: 'postmaster@bounces.abc.mail' }), /^250 /)
    const sent = await it.mx.waitFor(1)
    assert.equal(sent.at(-1)!.from, '')
  })
  test('refuses in the session what DMARC has refused, what goes round, and every other name', async () => {
    await using it = await start()
    assert.match(
      await bring(it, { from: 'x@plain.example', author: 'it@bank.example', to: 'postmaster@abc.mail' }),
      /^550 5\.7\.1 .*DMARC/,
    )
    const above = 'Delivered-To: postmaster@abc.mail\r\n'
    assert.match(await bring(it, { from: 'ann@good.example', to: 'postmaster@abc.mail', above }), /^554 5\.4\.6 /)
    assert.match(await bring(it, { from: 'ann@good.example', to: 'abuse@abc.mail' }), /^550 5\.1\.1 /)
    assert.match(await bring(it, { from: 'ann@good.example', to: 'postmaster@other.example' }), /^550 5\.1\.1 /)
    assert.match(await bring(it, { from: 'ann@good.example', to: 'list@bounces.abc.mail' }), /^550 5\.1\.1 /)
    assert.equal((await it.relay.mailer.queue.counts()).messages, 0)
    assert.equal(it.mx.messages.length, 0)
  })
  test('that cannot deliver tells the operator, and never the sender', async () => {
    await using it = await start()
    await bring(it, { from: 'ann@good.example', to: 'postmaster@abc.mail' })
    const [sent] = await it.mx.waitFor(1)
    using client = await mxOf(it)
    assert.match(await deliver(client, sent!.from, bounce('me@dest.example')), /^250 /)
    const all = await it.mx.waitFor(2)
    assert.deepEqual([all[1]!.from, all[1]!.recipients.map(({ address }) => address)], ['', ['boss@dest.example']])
  })
  test('may stand in a file, which a reload reads again; one that is wrong changes nothing', async () => {
    await using it = await start()
    const file = join(it.folder, 'aliases')
    const changed = async (text: string) => {
      await writeFile(file, text)
      return it.relay.reload(
        await resolveRelayOptions({
          hostname: 'mail.abc.mail',
          queue: { path: join(it.folder, 'queue.db') },
          preflight: 'off',
          returnPath: RETURN,
          relay: {
            listen: LISTEN,
            domains: ['abc.mail'],
            inbound: { listen: [INBOUND], aliases: ALIASES, aliasesFile: file },
          },
        }),
      )
    }
    const asked = async (name: string): Promise<string> => {
      using client = await mxOf(it)
      await client.ask('MAIL FROM:<ann@good.example>')
      return (await client.ask(`RCPT TO:<${name}@abc.mail>`)).slice(0, 3)
    }
    assert.equal(await asked('abuse'), '550')
    const { needsRestart } = await changed('abuse: root\nroot: me@dest.example\n')
    assert.ok(!needsRestart.some(name => name.includes('inbound')), needsRestart.join())
    assert.deepEqual([await asked('abuse'), await asked('postmaster')], ['250', '250'])
    assert.ok(it.relay.readFiles.includes(file))
    await assert.rejects(changed('abuse: |/bin/sh\n'), /aliases:1: found a program/)
    assert.equal(await readFile(file, 'utf8'), 'abuse: |/bin/sh\n')
    assert.equal(await asked('abuse'), '250')
    await changed('root: me@dest.example\n')
    assert.deepEqual([await asked('abuse'), await asked('root')], ['550', '250'])
    assert.match(await bring(it, { from: 'ann@good.example', to: 'root@abc.mail' }), /^250 /)
    assert.equal((await it.mx.waitFor(1))[0]?.recipients[0]?.address, 'me@dest.example')
  })
})
