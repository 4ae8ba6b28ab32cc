import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Address, MailerError, parseAddress, type Suppression } from '@postrider/core'
import { FakeClock } from '@postrider/core/testing'
import fc from 'fast-check'
import { addressKey, Bans } from './ban.ts'
import { networkList, trustedNetworks } from './network.ts'
import { KnownRecipients, parseRecipient } from './recipients.ts'
import { REFUSAL_NAMES, refusalOf, refuse } from './refusal.ts'
import { mayUse, senderPatternProblem } from './sender.ts'
import { VolumeBaselines } from './volume-baseline.ts'

function address(text: string): Address {
  const parsed = parseAddress(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed
}

suite('refusals', () => {
  test('code and enhanced status are of the same class (RFC 2034 §4), and 421 ends the connection', () => {
    for (const name of REFUSAL_NAMES) {
      const reply = refuse(name)
      assert.equal(reply.enhanced?.[0], String(reply.code)[0], name)
      assert.match(reply.enhanced ?? '', /^[45]\.\d\.\d{1,3}$/)
      assert.equal(reply.close === true, reply.code === 421, name)
      assert.ok(reply.text.length < 100 && !reply.text.includes('\n'), name)
    }
  })
  test('a text of others cannot break a reply, nor make it long', () => {
    const { text } = refuse('malformed', `a\r\n250 Ok\u0085${'x'.repeat(1000)}`)
    assert.match(text, /^a 250 Ok x+\.\.\.$/)
    assert.ok(text.length <= 230)
  })
  test('a sender that is not cleared is told the record to publish, with the status of RFC 7372', () => {
    const check = (id: string) =>
      ({ id, level: 'fail', found: 'it is missing', wanted: 'a record', fix: 'x TXT y' }) as const
    for (const [id, enhanced] of [
      ['spf.covers-egress', '5.7.23'],
      ['dkim.published', '5.7.20'],
      ['dmarc.aligned', '5.7.1'],
    ] as const) {
      const reply = refusalOf(new MailerError('not-cleared', 'no', { checks: [check(id)] }))
      assert.deepEqual([reply.code, reply.enhanced, reply.text], [550, enhanced, 'it is missing; publish: x TXT y'])
    }
  })
})

suite('senders', () => {
  test('a pattern covers what it says and nothing else', () => {
    const rows: readonly [string, string, boolean][] = [
      ['bob@abc.mail', 'bob@abc.mail', true],
      ['bob@abc.mail', 'Bob@ABC.mail', true],
      ['bob@abc.mail', 'bob+tag@abc.mail', true],
      ['bob@abc.mail', 'bobby@abc.mail', false],
      ['bob@abc.mail', 'bob@sub.abc.mail', false],
      ['*@abc.mail', 'anyone@abc.mail', true],
      ['*@abc.mail', 'anyone@sub.abc.mail', false],
      ['*@abc.mail', 'anyone@xabc.mail', false],
      ['*@*.abc.mail', 'anyone@a.b.abc.mail', true],
      ['*@*.abc.mail', 'anyone@abc.mail', false],
      ['*@bücher.example', 'a@xn--bcher-kva.example', true],
      ['*', 'anyone@anywhere.example', true],
    ]
    for (const [pattern, text, covered] of rows)
      assert.equal(mayUse([pattern], address(text)), covered, `${pattern} ${text}`)
    assert.equal(mayUse([], address('a@b.example')), false)
  })
  test('a text that is no pattern says why', () => {
    for (const good of ['*', 'a@b.example', '*@b.example', '*@*.b.example'])
      assert.equal(senderPatternProblem(good), undefined)
    for (const bad of ['', 'abc.mail', '@abc.mail', 'a@b c', '*@*.*']) assert.ok(senderPatternProblem(bad), bad)
  })
})

suite('networks', () => {
  test('IPv4, IPv6 and IPv4 written as IPv6 are found', () => {
    const has = networkList(['192.0.2.0/24', '2001:db8::/32', '10.1.2.3'], 'x')
    for (const inside of ['192.0.2.9', '::ffff:192.0.2.9', '2001:db8:1::1', '10.1.2.3'])
      assert.equal(has(inside), true, inside)
    for (const outside of ['192.0.3.1', '2001:db9::1', '10.1.2.4', '', 'x']) assert.equal(has(outside), false, outside)
  })
  test('an entry that is no network is refused', () => {
    for (const text of ['x', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0/8', '::/129', '10.0.0.0/8/8']) {
      assert.throws(() => networkList([text], 'relay.proxies'), MailerError.is, text)
    }
  })
  test('private networks of any size may be trusted, public ones only when small', () => {
    for (const good of [
      '10.0.0.0/8',
      '172.16.0.0/12',
      '192.168.0.0/16',
      '127.0.0.1',
      'fd00::/8',
      'fc00::/7',
      '203.0.113.0/24',
      '2001:db8::/48',
    ]) {
      assert.doesNotThrow(() => trustedNetworks([good], 'x'), good)
    }
    for (const bad of [
      '0.0.0.0/0',
      '128.0.0.0/1',
      '11.0.0.0/8',
      '172.0.0.0/8',
      '192.0.0.0/8',
      '::/0',
      '2000::/3',
      'f000::/4',
      '::ffff:0.0.0.0/96',
    ]) {
      assert.throws(() => trustedNetworks([bad], 'x'), MailerError.is, bad)
    }
    const many = Array.from({ length: 40 }, (_, at) => `20.${at}.0.0/16`)
    assert.throws(() => trustedNetworks(many, 'x'), MailerError.is)
  })
})

suite('bans', () => {
  const options = { failures: 3, withinMs: 60_000, firstMs: 1000, longestMs: 8000, forgetMs: 100_000 }
  test('each ban lasts twice as long as the one before, up to the longest', async () => {
    const clock = new FakeClock()
    const bans = new Bans({ clock, options: () => options })
    const lengths: number[] = []
    for (let ban = 0; ban < 6; ban++) {
      bans.failed('192.0.2.1')
      bans.failed('192.0.2.1')
      const length = bans.failed('192.0.2.1')
      lengths.push(length)
      assert.equal(bans.isBanned('192.0.2.1'), true)
      await clock.advance(length)
      assert.equal(bans.isBanned('192.0.2.1'), false)
    }
    assert.deepEqual(lengths, [1000, 2000, 4000, 8000, 8000, 8000])
  })
  test('failures far apart, and failures before a success, do not count together', async () => {
    const clock = new FakeClock()
    const bans = new Bans({ clock, options: () => options })
    for (let times = 0; times < 5; times++) {
      assert.equal(bans.failed('192.0.2.1'), 0)
      await clock.advance(40_000)
    }
    bans.failed('192.0.2.2')
    bans.failed('192.0.2.2')
    bans.succeeded('192.0.2.2')
    assert.equal(bans.failed('192.0.2.2'), 0)
  })
  test('a quiet time makes the next ban a first one', async () => {
    const clock = new FakeClock()
    const bans = new Bans({ clock, options: () => options })
    const fail = () => [1, 2, 3].map(() => bans.failed('192.0.2.1')).at(-1)
    assert.equal(fail(), 1000)
    await clock.advance(200_000)
    assert.equal(fail(), 1000)
  })
  test('failures that were under way when an address was banned make its ban no longer', async () => {
    const clock = new FakeClock()
    const bans = new Bans({ clock, options: () => options })
    const lengths = Array.from({ length: 20 }, () => bans.failed('192.0.2.1'))
    assert.deepEqual(lengths, [0, 0, ...Array(18).fill(1000)])
    await clock.advance(1000)
    assert.equal(bans.isBanned('192.0.2.1'), false)
  })
  test('0 failures never ban', () => {
    const bans = new Bans({ clock: new FakeClock(), options: () => ({ ...options, failures: 0 }) })
    for (let times = 0; times < 100; times++) assert.equal(bans.failed('192.0.2.1'), 0)
    assert.equal(bans.isBanned('192.0.2.1'), false)
  })
  test('one host of IPv6 is its /64, one of IPv4 its address', () => {
    assert.equal(addressKey('2001:db8:1:2:3:4:5:6'), addressKey('2001:db8:1:2::9'))
    assert.notEqual(addressKey('2001:db8:1:2::1'), addressKey('2001:db8:1:3::1'))
    assert.equal(addressKey('2001:db8::1'), addressKey('2001:0db8:0:0::ffff'))
    assert.equal(addressKey('::ffff:192.0.2.1'), '192.0.2.1')
    fc.assert(fc.property(fc.ipV6(), text => addressKey(text).length > 0))
  })
})

suite('baselines', () => {
  const DAY = 86_400_000
  const options = { factor: 10, floor: 50 }
  test('far more than usual is a spike, told as the first one once', async () => {
    const clock = new FakeClock()
    const baselines = new VolumeBaselines({ clock, options: () => options })
    for (let day = 0; day < 3; day++) {
      assert.equal(baselines.count('bob', 20), undefined)
      await clock.advance(DAY)
    }
    assert.equal(baselines.count('bob', 200), undefined)
    assert.deepEqual(baselines.count('bob', 1), { today: 201, usual: 20, first: true })
    assert.equal(baselines.count('bob', 1)?.first, false)
    await clock.advance(DAY)
    assert.equal(baselines.count('bob', 100), undefined)
  })
  test('a day of a spike does not become the usual', async () => {
    const clock = new FakeClock()
    const baselines = new VolumeBaselines({ clock, options: () => options })
    for (let day = 0; day < 3; day++) {
      baselines.count('bob', 10)
      await clock.advance(DAY)
    }
    for (let day = 0; day < 5; day++) {
      assert.ok(baselines.count('bob', 5000))
      await clock.advance(DAY)
    }
  })
  test('nobody jumps before its usual is known, nor below the floor', async () => {
    const clock = new FakeClock()
    const baselines = new VolumeBaselines({ clock, options: () => options })
    assert.equal(baselines.count('new', 100_000), undefined)
    for (let day = 0; day < 3; day++) {
      baselines.count('small', 1)
      await clock.advance(DAY)
    }
    assert.equal(baselines.count('small', 50), undefined)
    assert.ok(baselines.count('small', 1))
  })
  test('baselines outlive a restart', async () => {
    const clock = new FakeClock()
    const before = new VolumeBaselines({ clock, options: () => options })
    for (let day = 0; day < 3; day++) {
      before.count('bob', 10)
      await clock.advance(DAY)
    }
    before.count('bob', 60)
    const after = new VolumeBaselines({ clock, options: () => options })
    after.restore(JSON.parse(JSON.stringify(before.snapshot())))
    assert.equal(after.count('bob', 40), undefined)
    assert.equal(after.count('bob', 1)?.today, 101)
  })
})

suite('recipients', () => {
  const suppression = {
    address: address('gone@dest.example'),
    failure: { detail: 'no such user' },
    until: Date.UTC(2026, 1, 1),
  } as Suppression
  test('one that proved not to exist is refused for good, and says until when', async () => {
    const known = new KnownRecipients({ find: async () => suppression, clock: new FakeClock() })
    const reply = await known.refusal(suppression.address)
    assert.equal(reply?.code, 550)
    assert.equal(reply.text, '<gone@dest.example> proved not to exist (no such user); refused until 2026-02-01')
  })
  test('one that complained is refused for another reason', async () => {
    const complained = { ...suppression, failure: { code: 'complained', detail: 'x' } } as Suppression
    const known = new KnownRecipients({ find: async () => complained, clock: new FakeClock() })
    const reply = await known.refusal(suppression.address)
    assert.deepEqual([reply?.code, reply?.enhanced], [550, '5.7.1'])
    assert.equal(reply?.text, '<gone@dest.example> called earlier mail spam; refused until 2026-02-01')
  })
  test('the store is asked once a minute, or after news', async () => {
    const clock = new FakeClock()
    let asked = 0
    const find = async () => {
      asked++
      return undefined
    }
    const known = new KnownRecipients({ find, clock })
    for (let times = 0; times < 3; times++) await known.refusal(suppression.address)
    assert.equal(asked, 1)
    known.forget('gone@dest.example')
    await known.refusal(suppression.address)
    await clock.advance(61_000)
    await known.refusal(suppression.address)
    assert.equal(asked, 3)
  })
  test('a store in trouble refuses nobody', async () => {
    const known = new KnownRecipients({ find: () => Promise.reject(new Error('disk')), clock: new FakeClock() })
    assert.equal(await known.refusal(suppression.address), undefined)
  })
  test('postmaster needs no domain (RFC 5321 §4.1.1.3)', () => {
    assert.deepEqual(parseRecipient('Postmaster', 'mail.abc.mail'), address('postmaster@mail.abc.mail'))
  })
})
