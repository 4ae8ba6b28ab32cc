/**
 * SendingYear: somebody who sends day after day through a mailer as it is, to simulated providers in another process, on a clock that is
 * moved for both.
 *
 * Policy. The clock stands still while anything is under way, and goes on by five minutes while mail waits, else to the next mail. People
 * write by day, less on Saturdays and Sundays; one message in fifty is urgent.
 */
import assert from 'node:assert/strict'
import { createMailer, generateDkimKey, type Mailer, type MailerOptions } from '@postrider/core'
import { createFakeDns, FakeClock, type SimulatedProvider, type ZoneLiteral } from '@postrider/core/testing'
import { type Random, seededRandom } from '../../packages/core/src/ambient/random.ts'
import { type Providers, type Simulated, startProviders } from './provider-process.ts'
import { type SendingOutcome, SendingTally } from './sending-tally.ts'

export interface SendingPlan {
  readonly seed: number
  readonly days: number
  /** Of a working day, from 0. */
  readonly aDay: (day: number) => number
  /** Which part of the mail goes to whom. */
  readonly shares: Readonly<Partial<Record<SimulatedProvider, number>>>
  readonly options?: MailerOptions
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** A Monday. */
const START = Date.UTC(2026, 0, 5)
const FROM_HOUR = 7
const HOURS = 14
const WEEK: readonly number[] = [1, 1.1, 1, 1, 0.9, 0.4, 0.3]
const URGENT_EACH = 50
/** A connection is slow when the machine is, and the clock stands still then. */
const STEP = 5 * MINUTE
const NEVER = 10 * DAY
/** What waits at the end is given so long. */
const REST_DAYS = 6

export async function sendFor(plan: SendingPlan): Promise<SendingOutcome> {
  const { seed, shares } = plan
  const names = Object.keys(shares) as SimulatedProvider[]
  await using providers = await startProviders({ providers: names, seed, now: START })
  const clock = new FakeClock(START)
  const random = seededRandom(seed)
  await using mailer = await createMailer(await optionsOf(providers, plan), {
    resolver: createFakeDns(zoneOf(providers.all)),
    clock,
    random,
  })
  const year = new Year(plan, { providers, clock, random, mailer })
  return await year.run()
}

interface YearParts {
  readonly providers: Providers
  readonly clock: FakeClock
  readonly random: Random
  readonly mailer: Mailer
}

class Year {
  readonly #plan: SendingPlan
  readonly #parts: YearParts
  readonly #tally: SendingTally
  #sent = 0

  constructor(plan: SendingPlan, parts: YearParts) {
    this.#plan = plan
    this.#parts = parts
    this.#tally = new SendingTally(parts.mailer, parts.clock, START)
  }

  async run(): Promise<SendingOutcome> {
    const { days } = this.#plan
    for (let day = 0; day < days; day++) {
      for (const time of this.#timesOf(day)) {
        await this.#pass(START + day * DAY + time)
        await this.#send()
      }
    }
    await this.#pass(START + days * DAY)
    for (let day = 0; day < REST_DAYS && this.#tally.open > 0; day++) await this.#pass(this.#parts.clock.now() + DAY)
    assert.equal(this.#tally.open, 0, 'all that was sent has come to an end')
    return this.#tally.outcome()
  }

  /** Until then, step by step while anything waits. */
  async #pass(until: number): Promise<void> {
    const { providers, clock, mailer } = this.#parts
    if (clock.now() < until) await mailer.idle()
    while (clock.now() < until) {
      const next = this.#tally.open === 0 ? until : Math.min(until, clock.now() + STEP)
      await providers.setTime(next)
      await clock.advance(next - clock.now())
      await mailer.idle()
    }
  }

  /** The middle of the day has most. */
  #timesOf(day: number): readonly number[] {
    const { aDay } = this.#plan
    const { random } = this.#parts
    const count = Math.round(aDay(day) * (WEEK[day % 7] as number))
    const at = Array.from({ length: count }, () => (FROM_HOUR + (random() + random()) * (HOURS / 2)) * HOUR)
    return at.map(ms => Math.floor(ms / STEP) * STEP).sort((a, b) => a - b)
  }

  async #send(): Promise<void> {
    const { mailer } = this.#parts
    const urgent = this.#sent++ % URGENT_EACH === 0
    const draft = {
      from: 'me@sender.test',
      to: `u${this.#sent}@${this.#pick()}.test`,
      subject: 'Hello',
      text: 'Hello.\n',
    }
    const { id } = await mailer.send(draft, urgent ? { priority: 'high' } : {})
    this.#tally.sent(id, urgent)
  }

  #pick(): string {
    let left = this.#parts.random()
    const shares = Object.entries(this.#plan.shares)
    for (const [name, share] of shares) {
      left -= share
      if (left < 0) return name
    }
    return shares[0]?.[0] ?? ''
  }
}

async function optionsOf(providers: Providers, { options = {} }: SendingPlan): Promise<MailerOptions> {
  const { pem } = await generateDkimKey({ domain: 'sender.test', selector: 's1', algorithm: 'ed25519-sha256' })
  const port = providers.all[0]?.port ?? 0
  return {
    hostname: 'out.sender.test',
    queue: { path: ':memory:' },
    preflight: 'off',
    dkim: [{ domain: 'sender.test', selector: 's1', privateKey: pem }],
    ...options,
    delivery: { port, allowPrivateAddresses: true, timeouts: TIMEOUTS, ...options.delivery },
  }
}

const TIMEOUTS = Object.fromEntries(
  ['connect', 'greeting', 'ehlo', 'tls', 'mail', 'rcpt', 'data', 'body', 'finalDot', 'quit'].map(name => [
    `${name}Ms`,
    NEVER,
  ]),
)

function zoneOf(all: readonly Simulated[]): ZoneLiteral {
  return Object.fromEntries(
    all.flatMap(({ provider, host, address }): [string, ZoneLiteral[string]][] => [
      [`${provider}.test`, { MX: [`10 ${host}`] }],
      [host, { A: [address] }],
    ]),
  )
}
