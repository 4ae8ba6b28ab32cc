import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { systemClock } from '../ambient/clock.ts'
import type { Address, Domain } from '../model/address.ts'
import { startFakeMx } from '../testing/fake-mx.ts'
import type { FakeMxOptions } from '../testing/fake-mx-options.ts'
import { type Inquired, inquire } from './inquiry.ts'

const ADDRESSES = ['news', 'postmaster'].map((local): Address => ({ local, domain: 'dest.test' as Domain }))

async function ask(options: FakeMxOptions, addresses = ADDRESSES): Promise<{ inquired: Inquired; taken: number }> {
  const mx = await startFakeMx({ name: 'mx.dest.test', ...options })
  try {
    const target = {
      address: '127.0.0.1',
      family: 4,
      port: mx.port,
      departure: { hostname: 'out.sender.test' as Domain },
      patienceMs: 2000,
    } as const
    const inquired = await inquire(target, { addresses, clock: systemClock }, new AbortController().signal)
    return { inquired, taken: mx.messages.length }
  } finally {
    await mx.close()
  }
}

suite('an inquiry', () => {
  test('tells the greeting and what is answered for each address, and sends nothing', async () => {
    const { inquired, taken } = await ask({
      answer: ({ verb, line }) => (verb === 'RCPT' && line.includes('news') ? '550 5.1.1 No such user' : undefined),
    })
    assert.match(inquired.greeting, /^220 mx\.dest\.test/)
    assert.deepEqual(
      inquired.answers.map(({ address, code }) => [address, code]),
      [
        ['news@dest.test', 550],
        ['postmaster@dest.test', 250],
      ],
    )
    assert.equal(inquired.answers[0]?.reply, '550 5.1.1 No such user')
    assert.equal(taken, 0)
  })

  test('without addresses asks for nothing but the greeting', async () => {
    const { inquired } = await ask({}, [])
    assert.deepEqual(inquired.answers, [])
    assert.equal(inquired.problem, undefined)
  })

  test('says why there are fewer answers: MAIL is refused, or the host hangs up', async () => {
    const refused = await ask({ answer: ({ verb }) => (verb === 'MAIL' ? '550 5.7.1 Go away' : undefined) })
    assert.match(refused.inquired.problem ?? '', /550 5\.7\.1 Go away/)
    const gone = await ask({ answer: ({ verb }) => (verb === 'RCPT' ? 'close' : undefined) })
    assert.deepEqual(gone.inquired.answers, [])
    assert.ok(gone.inquired.problem)
  })
})
