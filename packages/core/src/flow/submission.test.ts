import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { requireAddress } from '../model/address.ts'
import { allocateMessage, LARGE_BYTES } from '../model/message-buffer.ts'
import { given, HEALTHY, openWorld, RAW, refused, request, writing } from './submission.fixture.ts'
import { type RawSubmission, submit, submitRaw } from './submission.ts'

suite('submission', () => {
  test('a draft is composed, cleared, signed and queued, and then told', async () => {
    await using world = await openWorld()
    const draft = { from: 'me@example.com', to: 'you@example.org', subject: 'Hello', text: 'It works.' }
    const { id, submission } = await submit({ draft, request }, world.ports, writing())
    assert.equal(submission.clearance.result, 'cleared')
    const [only, ...others] = await world.queued()
    assert.deepEqual([only?.job.messageId, others], [id, []])
    assert.match(only?.text ?? '', /^DKIM-Signature: [^:]* d=example\.com;/)
    assert.deepEqual(
      world.facts.map(({ kind }) => kind),
      ['queued'],
    )
  })

  test('ready bytes are completed and made 7-bit before they are signed', async () => {
    await using world = await openWorld()
    const { id } = await submitRaw(given({ trace: id => `Received: id ${id}\r\n` }), world.ports, writing())
    const text = (await world.queued())[0]?.text ?? ''
    assert.match(text, /^DKIM-Signature: /)
    assert.match(text, new RegExp(`^Received: id ${id}\r$`, 'm'))
    assert.match(text, /^Date: Thu, 01 Jan 2026 00:00:00 \+0000\r$/m)
    assert.match(text, /^Message-ID: <[^>]+>\r$/m)
    assert.doesNotMatch(text, /hidden@|[^\x00-\x7f]/)
  })

  test('a sender that the judge does not clear is neither queued nor told', async () => {
    await using world = await openWorld({ ...HEALTHY, 'example.com': { TXT: 'v=spf1 -all' } })
    const { checks } = await refused('not-cleared', submitRaw(given(), world.ports, writing()))
    assert.ok(
      checks?.some(({ id, level }) => id === 'spf.covers-egress' && level === 'fail'),
      JSON.stringify(checks),
    )
    assert.deepEqual([await world.queued(), world.facts], [[], []])
  })

  test('a name server that fails for now holds nothing up', async () => {
    await using world = await openWorld({ ...HEALTHY, 'example.com': { fail: 'servfail' } })
    await submitRaw(given(), world.ports, writing())
    assert.equal((await world.queued()).length, 1)
  })

  test('several authors are taken, and warned of', async () => {
    await using world = await openWorld()
    const raw = Buffer.from('From: me@example.com, he@example.com\r\n\r\nx\r\n')
    const { submission } = await submitRaw(given({ raw }), world.ports, writing())
    const { checks } = submission.clearance
    assert.equal(checks.find(({ id }) => id === 'message.one-author')?.level, 'warn')
  })

  for (const [what, raw] of [
    ['no From field', 'To: you@example.org\r\n\r\nx\r\n'],
    ['a From field without an address', 'From: nobody:;\r\n\r\nx\r\n'],
    ['2 From fields', 'From: me@example.com\r\nFrom: he@example.com\r\n\r\nx\r\n'],
  ] as const)
    test(`a message with ${what} is refused (RFC 5322 §3.6)`, async () => {
      await using world = await openWorld()
      const error = await refused(
        'invalid-message',
        submitRaw(given({ raw: Buffer.from(raw) }), world.ports, writing()),
      )
      assert.deepEqual([error.where, error.found], ['From', what])
    })

  test('what is larger than limits.messageBytes is refused, given or put in its place', async () => {
    await using world = await openWorld()
    const raw = Buffer.concat([RAW, Buffer.alloc(2000, 'x')])
    await refused('message-too-large', submitRaw(given({ raw }), world.ports, writing()))
    await refused('message-too-large', submitRaw(given({ check: () => ({ raw }) }), world.ports, writing()))
    assert.deepEqual(await world.queued(), [])
  })

  test('the caller sees the completed message, and what it gives in its place is completed and sent', async () => {
    await using world = await openWorld()
    let seen = ''
    await submitRaw(
      given({
        check: ({ bytes }) => {
          seen = bytes.toString('latin1')
          return {
            raw: Buffer.from('From: other@example.com\r\n\r\nother\r\n'),
            reversePath: requireAddress('bounce@example.com', 'from'),
          }
        },
      }),
      world.ports,
      writing(),
    )
    assert.match(seen, /^Date: /m)
    const [only] = await world.queued()
    assert.match(only?.text ?? '', /^From: other@example\.com\r$/m)
    assert.match(only?.text ?? '', /^Date: /m)
    assert.equal(only?.job.reversePath?.local, 'bounce')
  })

  test('a key stands for the bytes that were given, or for the fingerprint in place of them', async () => {
    await using world = await openWorld()
    const keyed = (more: Partial<RawSubmission>): Promise<{ readonly duplicate: boolean }> =>
      submitRaw(given({ request: { ...request, idempotencyKey: 'k' }, ...more }), world.ports, writing())
    assert.equal((await keyed({ fingerprint: 'f' })).duplicate, false)
    assert.equal((await keyed({ fingerprint: 'f', raw: Buffer.from(`X: y\r\n${RAW}`) })).duplicate, true)
    await refused('duplicate-key', keyed({}))
    assert.equal(world.facts.filter(({ kind }) => kind === 'queued').length, 1)
  })

  test('a key stands for the bytes as they were given, also where the mailer may write into them', async () => {
    await using world = await openWorld()
    let sent = 0
    const keyed = async (text: string): Promise<boolean> => {
      const raw = allocateMessage(Buffer.byteLength(text))
      raw.write(text)
      const trace = (): string => `Received: by mail.example.com; ${++sent}\r\n`
      const key = { ...request, idempotencyKey: 'k' }
      return (await submitRaw(given({ raw, trace, request: key }), world.ports, writing())).duplicate
    }
    assert.equal(await keyed(RAW.toString()), false)
    assert.equal(await keyed(RAW.toString()), true)
    await refused('duplicate-key', keyed(`X: y\r\n${RAW}`))
  })

  test('a large message whose memory was let go is not taken for every other', async () => {
    await using world = await openWorld()
    const rawLimits = () => ({ ...world.ports.rawLimits(), messageBytes: 2 * LARGE_BYTES })
    const keyed = (line: string): Promise<unknown> => {
      const raw = allocateMessage(LARGE_BYTES).fill(line)
      raw.write('From: me@example.com\n\n')
      const key = { ...request, idempotencyKey: 'k' }
      return submitRaw(given({ raw, request: key }), { ...world.ports, rawLimits }, writing())
    }
    await keyed('one\n')
    await refused('duplicate-key', keyed('two\n'))
  })

  test('the same large octets given twice at once are one message, and nothing to everybody else', async () => {
    await using world = await openWorld()
    const ports = { ...world.ports, rawLimits: () => ({ ...world.ports.rawLimits(), messageBytes: 2 * LARGE_BYTES }) }
    const unsigned = { ...ports, chooseKeys: () => [] }
    const raw = allocateMessage(LARGE_BYTES).fill('x')
    raw.write('From: me@example.com\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\nMessage-ID: <a@example.com>\r\n\r\n')
    for (let at = 900; at < raw.length; at += 900) raw.write('\r\n', at)
    raw.write('\r\n', raw.length - 2)
    const first = submitRaw(given({ raw }), unsigned, writing())
    const again = submitRaw(given({ raw }), unsigned, writing())
    await refused('invalid-message', again)
    const { id } = await first
    assert.equal((await world.store.read(id))?.length, LARGE_BYTES)
    assert.equal(raw.length, 0)
  })

  test('whoever gives up while names are asked is told so, and nothing is queued', async () => {
    await using world = await openWorld({ 'example.com': { fail: 'silent' } })
    const stop = new AbortController()
    const submitted = submitRaw(given(), world.ports, { signal: stop.signal, begun: () => assert.fail('began') })
    stop.abort(new Error('given up'))
    await assert.rejects(submitted, /given up/)
    assert.deepEqual(await world.queued(), [])
  })
})
