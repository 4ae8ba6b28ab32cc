import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { suite, test } from 'node:test'
import { type AcceptOptions, MailerError, type MailerErrorCode, parseAddress, type Receipt } from '@postrider/core'
import { FakeClock } from '@postrider/core/testing'
import { VolumeBaselines, type VolumeSpike } from '../admission/index.ts'
import { Body, MemoryBudget } from './body.ts'
import type { Peer } from './smtp-policy.ts'
import { Submitter } from './submitter.ts'
import type { Transaction } from './transaction.ts'

const logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => logger }
const peer: Peer = {
  id: 's',
  address: '192.0.2.1',
  port: 1,
  listener: 'x',
  trusted: false,
  hello: 'x',
  extended: true,
  account: { name: 'bob', senders: ['*@abc.mail'] },
}
const address = (text: string) => {
  const parsed = parseAddress(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed
}
const transaction: Transaction = {
  id: 's.1',
  sender: address('bob@abc.mail'),
  options: {},
  recipients: [{ address: address('a@dest.example') }, { address: address('b@dest.example') }],
}
const receipt = { id: '06H00ZQY3NJKX5DS9B2H' } as Receipt

interface Setup {
  readonly accept: (options: AcceptOptions) => Promise<Receipt>
  readonly clock?: FakeClock
  readonly baselines?: VolumeBaselines
  readonly onSpike?: (spike: VolumeSpike) => void
  /** Of the message. */
  readonly size?: number
  readonly signal?: AbortSignal
}

const HEAD = 'From: bob@abc.mail\r\n\r\n'
const LIMIT_BYTES = 51_200_000

function submitter({
  accept,
  clock = new FakeClock(),
  baselines,
  onSpike,
  size = 100,
  signal = new AbortController().signal,
}: Setup) {
  const it = new Submitter({
    isTest: () => false,
    mailer: {
      accept: (_raw, _envelope, options = {}) => accept(options),
      batch: { accept: () => assert.fail('these come one by one') },
    },
    hostname: 'mail.abc.mail',
    clock,
    logger,
    baselines: baselines ?? new VolumeBaselines({ clock, options: () => ({ factor: 10, floor: 500 }) }),
    onSpike: (_account, spike) => onSpike?.(spike),
    replyWithinMs: 1000,
    mostReceived: 50,
    trace: { client: false, login: false },
  })
  const submit = () => it.submit(Buffer.from(HEAD), transaction, peer, { extras: {}, signal })
  const bySmtp = async () => {
    const limits = { limitBytes: LIMIT_BYTES, memoryBytes: LIMIT_BYTES, budget: new MemoryBudget(LIMIT_BYTES) }
    const body = new Body({ ...limits, folder: tmpdir() })
    body.write(Buffer.from(HEAD.padEnd(size, 'x')))
    return it.accept(body, transaction, peer, signal)
  }
  return Object.assign(bySmtp, { submit })
}

suite('the submitter', () => {
  test('250 is said when the mailer has queued it, with its id', async () => {
    const queued = Promise.withResolvers<Receipt>()
    let said = false
    const answer = submitter({ accept: () => queued.promise })().then(reply => {
      said = true
      return reply
    })
    await new Promise(setImmediate)
    assert.equal(said, false)
    queued.resolve(receipt)
    assert.equal((await answer).text, 'Ok: queued as 06H00ZQY3NJKX5DS9B2H')
  })
  const answers: readonly [MailerErrorCode, number, string][] = [
    ['not-cleared', 550, '5.7.1'],
    ['queue-full', 452, '4.3.1'],
    ['queue-unavailable', 451, '4.3.0'],
    ['invalid-message', 554, '5.6.0'],
    ['message-too-large', 552, '5.3.4'],
    ['too-many-recipients', 452, '4.5.3'],
    ['cannot-sign', 451, '4.7.0'],
    ['closed', 421, '4.3.2'],
    ['aborted', 451, '4.3.2'],
    ['duplicate-key', 451, '4.3.0'],
  ]
  for (const [code, reply, enhanced] of answers) {
    test(`${code} is ${reply} ${enhanced}`, async () => {
      const answer = await submitter({ accept: async () => Promise.reject(new MailerError(code, 'because')) })()
      assert.deepEqual([answer.code, answer.enhanced], [reply, enhanced])
    })
  }
  test('a bug of ours is 451 and not the client’s fault', async () => {
    const answer = await submitter({ accept: async () => Promise.reject(new TypeError('x is not a function')) })()
    assert.equal(answer.code, 451)
    assert.doesNotMatch(answer.text, /function/)
  })
  test('the time to begin grows with the size, and the mailer is told of it', async () => {
    const times: (number | undefined)[] = []
    const accept = async ({ startWithinMs }: AcceptOptions) => {
      times.push(startWithinMs)
      return receipt
    }
    for (const size of [100, 4 * 1024 * 1024, 50_000_000]) await submitter({ accept, size })()
    assert.deepEqual(times, [1000, 2000, 12_000])
  })
  test('the mailer is told the way in', async () => {
    const ways: unknown[] = []
    const accept = async ({ via }: AcceptOptions) => {
      ways.push(via)
      return receipt
    }
    const both = submitter({ accept })
    await both()
    await both.submit()
    assert.deepEqual(ways, ['smtp', 'http'])
  })
  test('a mailer whose write has begun is waited for, however long it takes', async () => {
    const clock = new FakeClock()
    const queued = Promise.withResolvers<Receipt>()
    const answer = submitter({ clock, accept: () => queued.promise })()
    await clock.advance(600_000)
    queued.resolve(receipt)
    assert.equal((await answer).code, 250)
  })
  test('the mailer hears that the client is gone, and what it takes all the same is accepted', async () => {
    const gone = new AbortController()
    const heard: boolean[] = []
    const accept = ({ signal }: AcceptOptions) =>
      new Promise<Receipt>(resolve =>
        signal?.addEventListener('abort', () => {
          heard.push(true)
          resolve(receipt)
        }),
      )
    const answer = submitter({ accept, signal: gone.signal })()
    await new Promise(setImmediate)
    gone.abort()
    assert.equal((await answer).code, 250)
    assert.deepEqual(heard, [true])
  })
  test('an account that sends far more than it usually does is held, and the operator hears of it once', async () => {
    const clock = new FakeClock()
    const baselines = new VolumeBaselines({ clock, options: () => ({ factor: 2, floor: 3 }) })
    for (let day = 0; day < 3; day++) {
      baselines.count('bob', 1)
      await clock.advance(86_400_000)
    }
    const holds: (string | undefined)[] = []
    const jumps: VolumeSpike[] = []
    const accept = async ({ hold }: AcceptOptions) => {
      holds.push(hold)
      return receipt
    }
    const hand = submitter({ clock, baselines: baselines, accept, onSpike: spike => jumps.push(spike) })
    for (let times = 0; times < 3; times++) assert.equal((await hand()).code, 250)
    assert.deepEqual(
      holds.map(hold => hold !== undefined),
      [false, true, true],
    )
    assert.match(holds[1] ?? '', /bob sent to 4 recipients today; usually it sends to 1/)
    assert.equal(jumps.length, 1)
  })
})
