/** What is played to test addresses, and that nothing is learnt from it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DurableFact } from '../model/fact.ts'
import type { Settlement } from '../model/settlement.ts'
import { DEFAULT_SUPPRESS } from '../outcome/index.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { jobFor } from '../testing/parcel.ts'
import { noDialogues } from './dialogues.ts'
import { type PlayPorts, playDelivery } from './play.ts'
import { testOutcome } from './test-addresses.ts'

const DAY = 86_400_000
const forever = new AbortController().signal

interface Played {
  readonly settlements: Settlement[]
  readonly facts: DurableFact[]
  readonly log: string[]
}

function world(clock: FakeClock): Played & { readonly ports: PlayPorts } {
  const settlements: Settlement[] = []
  const facts: DurableFact[] = []
  const log: string[] = []
  const never = (what: string) => (): never => assert.fail(`${what} was asked`)
  const ports: PlayPorts = {
    script: testOutcome,
    returnKeys: () => undefined,
    dialogues: noDialogues,
    router: { findRoute: never('the router') },
    store: {
      read: async () => Buffer.from('x\r\n'),
      readBlock: async () => undefined,
      enterFinalDot: () => () => undefined,
      commit: async (settlement, notices, told) => {
        assert.deepEqual(notices, [])
        settlements.push(settlement)
        facts.push(...told)
        return true
      },
      release: async () => {
        log.push('release')
        return true
      },
      recordOnce: async (told, suppressions) => {
        assert.deepEqual(suppressions, [])
        facts.push(...told)
        return true
      },
    },
    siteQueues: {
      enter: never('a site queue'),
      observe: never('a site'),
      opensAt: never('a site queue'),
      mayLeave: never('a site queue'),
    },
    pace: {
      held: never('the pace'),
      limits: never('the pace'),
      tell: never('the pace'),
      obey: never('the pace'),
    },
    sources: { choose: never('the sources'), lose: never('the sources'), close: never('the sources') },
    warmUp: {
      hasRoom: never('the warm-up'),
      nextAt: never('the warm-up'),
      admit: never('the warm-up'),
      settled: never('the warm-up'),
    },
    transmitter: { transmit: never('the network') },
    recorder: { record: fact => log.push(fact.kind) },
    clock,
    ownMail: { notice: never('our own mail') },
    policy: {
      retry: { scheduleMs: [1000], jitter: 0, expireAfterMs: DAY },
      suppress: DEFAULT_SUPPRESS,
      delayWarningMs: DAY,
      notices: 'sender',
    },
    random: () => 0.5,
    countTls: never('the count of TLS'),
    countSettled: never('the statistics'),
  }
  return { settlements, facts, log, ports }
}

const job = (to: readonly string[], attempts = 0) =>
  jobFor(Buffer.from('x\r\n'), to, { attempts, acceptedAt: 0, expiresAt: DAY, lease: { token: 1, until: DAY } })

test('each local part has its outcome, with any label, in any case', async () => {
  const outcomes = {
    'delivered@resend.dev': 'delivered',
    'Delivered+any+label@resend.dev': 'delivered',
    'bounced+x@resend.dev': 'bounced',
    'suppressed@resend.dev': 'bounced',
    'deferred@resend.dev': 'deferred',
    'deferred+999@resend.dev': 'deferred',
    'greylisted@resend.dev': 'deferred',
    'uncertain@resend.dev': 'deferred',
    'tls-refused@resend.dev': 'deferred',
    'onboarding@resend.dev': 'bounced',
  }
  for (const [address, wanted] of Object.entries(outcomes)) {
    const { settlements, ports } = world(new FakeClock(1000))
    await playDelivery(job([address]), ports, forever)
    assert.equal(settlements[0]?.recipients[0]?.state, wanted, address)
    assert.deepEqual(settlements[0]?.suppressions, [], address)
  }
})

test('what is put off once goes through at the next attempt; what is put off always does not', async () => {
  for (const [name, wanted] of [
    ['greylisted', 'delivered'],
    ['uncertain', 'delivered'],
    ['deferred', 'deferred'],
    ['tls-refused', 'deferred'],
  ] as const) {
    const { settlements, ports } = world(new FakeClock(1000))
    await playDelivery(job([`${name}@postrider.test`], 1), ports, forever)
    assert.equal(settlements[0]?.recipients[0]?.state, wanted, name)
  }
})

test('slow is as slow as it says, two minutes at most, and ends when we are told to stop', async () => {
  for (const [address, seconds] of [
    ['slow@postrider.test', 10],
    ['slow+30s@postrider.test', 30],
    ['slow+9999s@postrider.test', 120],
  ] as const) {
    const clock = new FakeClock(1000)
    const { settlements, ports } = world(clock)
    const playing = playDelivery(job([address]), ports, forever)
    await clock.armed(seconds * 1000)
    await clock.advance(seconds * 1000 - 1)
    assert.equal(settlements.length, 0, address)
    await clock.advance(1)
    await playing
    assert.equal(settlements[0]?.recipients[0]?.state, 'delivered')
  }
  const clock = new FakeClock(1000)
  const { settlements, log, ports } = world(clock)
  const stop = new AbortController()
  const playing = playDelivery(job(['slow@postrider.test']), ports, stop.signal)
  await clock.armed(10_000)
  stop.abort(new Error('told to stop'))
  await playing
  assert.deepEqual([settlements.length, log], [0, ['routed', 'release']])
})

test('who complains does so once it is delivered, and is not suppressed for it', async () => {
  const { facts, ports } = world(new FakeClock(1000))
  await playDelivery(job(['complained@resend.dev', 'bounced@resend.dev']), ports, forever)
  assert.deepEqual(
    facts.map(({ kind }) => kind),
    ['delivered', 'bounced', 'complained'],
  )
})
