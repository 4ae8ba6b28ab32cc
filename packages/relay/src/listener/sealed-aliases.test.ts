/**
 * Aliases that seal what they forward (ARC): what was found here can be believed by whoever gets it.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { dkimRecord, generateDkimKey } from '@postrider/core'
import { createFakeDns, type ReceivedMessage } from '@postrider/core/testing'
import { type RelayOptions, resolveRelayOptions } from '../config/options.ts'
import { startThroughRelay } from '../testing/through.ts'
import { INBOUND, LISTEN, mxOf, RETURN } from './inbound.fixture.ts'

const { key, pem } = await generateDkimKey({ domain: 'abc.mail', selector: 's1', bits: 2048 })
const record = dkimRecord(key)
const ZONE = {
  'dest.example': { MX: ['10 mx.dest.example'] },
  'mx.dest.example': { A: ['127.0.0.1'] },
  'good.example': { TXT: ['v=spf1 ip4:127.0.0.1 -all'] },
  [record.name]: { TXT: [record.value] },
}
const DKIM = [{ domain: 'abc.mail', selector: 's1', privateKey: pem }]

const optionsOf = (seal?: string): RelayOptions => ({
  returnPath: RETURN,
  dkim: DKIM,
  relay: {
    listen: LISTEN,
    domains: ['abc.mail'],
    postmaster: 'boss@dest.example',
    inbound: {
      listen: [INBOUND],
      aliases: [{ name: 'postmaster', to: ['me@dest.example'] }],
      ...(seal !== undefined && { seal }),
    },
  },
})

async function forwarded(mail: string, seal?: string): Promise<ReceivedMessage> {
  await using it = await startThroughRelay(optionsOf(seal), { resolver: createFakeDns(ZONE as never) })
  using client = await mxOf(it)
  await client.ask('MAIL FROM:<ann@good.example>')
  await client.ask('RCPT TO:<postmaster@abc.mail>')
  await client.ask('DATA')
  assert.match(await client.ask(`${mail.replaceAll(/^\./gm, '..')}\r\n.`), /^250 /)
  return (await it.mx.waitFor(1))[0]!
}

const MAIL = 'From: ann@good.example\r\nTo: postmaster@abc.mail\r\nSubject: a question\r\n\r\nun caf\u00e9\r\n'
const count = (text: string, name: string): number => text.match(new RegExp(`^${name}: `, 'gim'))?.length ?? 0

suite('an alias that seals', () => {
  test('adds one set above the octets that leave, and a second hop finds that it passes and adds another', async () => {
    const first = (await forwarded(MAIL, 'abc.mail')).content.toString()
    for (const name of ['ARC-Seal', 'ARC-Message-Signature', 'ARC-Authentication-Results'])
      assert.equal(count(first, name), 1, name)
    assert.match(
      first,
      /^ARC-Authentication-Results: i=1; mail\.abc\.mail;\r\n\tspf=pass smtp\.mailfrom=good\.example/m,
    )
    assert.match(first, /^ARC-Seal: i=1; a=rsa-sha256;[^:]*cv=none;/m)
    assert.doesNotMatch(first, /\tarc=/)
    // It would look like a loop.
    const onwards = first.replace(/^Delivered-To: .*\r\n/m, '')
    const second = (await forwarded(onwards, 'abc.mail')).content.toString()
    assert.match(
      second,
      /^Authentication-Results: mail\.abc\.mail;(?:\r\n\t.*)*\r\n\tarc=pass smtp\.remote-ip=127\.0\.0\.1\r\n/m,
    )
    assert.match(second, /^ARC-Seal: i=2; a=rsa-sha256;[^:]*cv=pass;/m)
  })
  test('says of a chain that somebody broke that it fails, and above a failure seals no more', async () => {
    const first = (await forwarded(MAIL, 'abc.mail')).content.toString().replace(/^Delivered-To: .*\r\n/m, '')
    const broken = (await forwarded(first.replace('Subject: ', 'Subject: free '), 'abc.mail')).content.toString(
      'latin1',
    )
    assert.match(broken, /\r\n\tarc=fail /)
    assert.match(broken, /^ARC-Seal: i=2;[^:]*cv=fail;/m)
    const again = broken.replace(/^Delivered-To: .*\r\n/m, '')
    assert.equal(count((await forwarded(again, 'abc.mail')).content.toString(), 'ARC-Seal'), 2)
  })
  test('does so only where it is asked to, with the key of a domain of ours', async () => {
    const plain = (await forwarded(MAIL)).content.toString()
    assert.equal(count(plain, 'ARC-Seal'), 0)
    await assert.rejects(
      resolveRelayOptions({ hostname: 'mail.abc.mail', ...optionsOf('other.example') }),
      /relay\.inbound\.seal: found other\.example, wanted one of abc\.mail/,
    )
  })
})
