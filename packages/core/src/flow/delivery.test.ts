import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireDomain } from '../model/address.ts'
import { MailerError } from '../model/error.ts'
import type { Job } from '../model/job.ts'
import type { Hop, Route } from '../model/route.ts'
import type { Submission } from '../model/submission.ts'
import { DEFAULT_SUPPRESS } from '../outcome/index.ts'
import { hopTo, jobFor } from '../testing/parcel.ts'
import { type DeliveryPorts, deliver } from './delivery.ts'
import { noDialogues } from './dialogues.ts'
import { noPace } from './pace.ts'
import { noSources } from './sources.ts'
import { noWarmUp } from './warm-up.ts'

const domain = requireDomain('example.com', 'test')
const job: Job = jobFor(Buffer.from('x\r\n'), ['user@example.com'], {
  expiresAt: 1000,
  lease: { token: 1, until: 1000 },
})
const hop: Hop = hopTo({ name: domain, address: '192.0.2.1', port: 25 })

const route: Route = {
  kind: 'route',
  domain,
  site: 'example.com',
  via: 'mx',
  hops: [hop],
  skipped: [],
  policy: { dane: 'usable' },
}

interface World {
  readonly log: string[]
  /** What the host says to RCPT; `undefined`: its site queue is shut. */
  readonly says?: string | undefined
  readonly commit?: DeliveryPorts['store']['commit']
  readonly now?: number
}

/** A notice is due for what failed for good. The judge, the settlement and the facts are the real ones. */
function portsOf({ log, says, commit, now = 5 }: World): DeliveryPorts {
  return {
    returnKeys: () => undefined,
    dialogues: noDialogues,
    router: { findRoute: async () => route },
    store: {
      read: async () => Buffer.from('x\r\n'),
      readBlock: async () => undefined,
      enterFinalDot: () => () => {},
      commit: async (...written) => {
        log.push('commit')
        return commit === undefined ? true : commit(...written)
      },
      release: async () => {
        log.push('release')
        return true
      },
    },
    siteQueues: {
      enter: (_entry, run) => (says === undefined ? Promise.resolve(undefined) : run()),
      observe: () => {},
      mayLeave: () => false,
      opensAt: () => undefined,
    },
    pace: noPace,
    sources: noSources,
    warmUp: noWarmUp,
    transmitter: {
      transmit: async (parcel, to) => ({
        kind: 'evidence',
        hop: to,
        sessionReused: false,
        tookMs: 1,
        answers: parcel.recipients.map(({ index }) => ({
          recipient: index,
          stage: says?.startsWith('250') ? ('final-dot' as const) : ('rcpt' as const),
          reply: { code: Number(says?.slice(0, 3)), lines: [says?.slice(4) ?? ''] },
        })),
      }),
    },
    recorder: {
      record: fact => {
        log.push(`recorded ${fact.kind}`)
      },
    },
    clock: {
      now: () => now,
      sleep: async ms => {
        log.push(`slept ${ms}`)
      },
    },
    ownMail: {
      notice: async () => {
        log.push('notice')
        const fact = { kind: 'notice-queued', messageId: job.messageId, at: 5, tags: {} } as const
        return { submission: {} as Submission, fact: { ...fact, notice: 'failure', noticeId: job.messageId, to: '' } }
      },
    },
    policy: {
      retry: { scheduleMs: [60_000], jitter: 0, expireAfterMs: 1000 },
      suppress: DEFAULT_SUPPRESS,
      delayWarningMs: 500,
      notices: 'sender',
    },
    random: { fraction: () => 0.5 } as unknown as DeliveryPorts['random'],
    countTls: () => {},
    countSettled: () => {},
  }
}

const UNKNOWN = '550 5.1.1 No such user here'
const never = (): AbortSignal => new AbortController().signal
const outcomes = (log: readonly string[]): readonly string[] => log.filter(line => line.startsWith('recorded'))

test('an attempt is settled, then committed with its notices, and only then told', async () => {
  const log: string[] = []
  await deliver(job, portsOf({ log, says: UNKNOWN }), never())
  assert.deepEqual(log, [
    'recorded routed',
    'notice',
    'commit',
    'recorded bounced',
    'recorded suppressed',
    'recorded notice-queued',
  ])
})

test('what could not be committed because the lease was lost is not told as done', async () => {
  const log: string[] = []
  await deliver(job, portsOf({ log, says: UNKNOWN, commit: async () => false }), never())
  assert.deepEqual(outcomes(log), ['recorded routed', 'recorded lease-lost'])
})

test('a job of which nothing was attempted goes back and the attempt does not count', async () => {
  const log: string[] = []
  await deliver(job, portsOf({ log }), never())
  assert.deepEqual(log, ['recorded routed', 'release'])
})

test('a job whose time is up while its site queue is shut is settled without an attempt', async () => {
  const log: string[] = []
  await deliver(job, portsOf({ log, now: job.expiresAt }), never())
  assert.ok(log.includes('commit'))
  assert.ok(log.includes('recorded expired'))
  assert.ok(!log.includes('release'))
})

test('a recipient that is suppressed is not routed', async () => {
  const log: string[] = []
  const suppressed = { until: 1000, code: 'user-unknown', detail: 'said before' } as const
  const recipients = [{ index: 0, address: { local: 'user', domain }, suppressed }]
  await deliver({ ...job, recipients }, portsOf({ log, says: '250 ok' }), never())
  assert.ok(!log.includes('recorded routed'))
  assert.ok(log.includes('commit'))
})

test('an outcome that cannot be written is written again, and the message is not sent again for that', async () => {
  const log: string[] = []
  let writes = 0
  const commit = async (): Promise<boolean> => {
    if (++writes < 4) throw new MailerError('queue-unavailable', 'locked')
    return true
  }
  await deliver(job, portsOf({ log, says: '250 ok', commit }), never())
  assert.deepEqual(
    log.filter(line => line.startsWith('slept')),
    ['slept 250', 'slept 500', 'slept 1000'],
  )
  assert.deepEqual(outcomes(log), [
    'recorded routed',
    'recorded queue-error',
    'recorded queue-error',
    'recorded queue-error',
    'recorded delivered',
  ])
  assert.ok(!log.includes('release'))
})

test('who waits to write an outcome stops when told to, or when the queue is closed', async () => {
  const stop = new AbortController()
  const full = () => Promise.reject(new MailerError('queue-full', 'no room'))
  const stopping = portsOf({ log: [], says: '250 ok', commit: full })
  const clock = { ...stopping.clock, sleep: async () => stop.abort() }
  await assert.rejects(deliver(job, { ...stopping, clock }, stop.signal), { code: 'queue-full' })
  const closed = () => Promise.reject(new MailerError('closed', 'the queue is closed'))
  await assert.rejects(deliver(job, portsOf({ log: [], says: '250 ok', commit: closed }), never()), { code: 'closed' })
})

test('a notice that cannot be made is told, and what failed is still committed', async () => {
  const log: string[] = []
  const ownMail = { notice: () => Promise.reject(new Error('no sense')) }
  await deliver(job, { ...portsOf({ log, says: UNKNOWN }), ownMail }, never())
  assert.deepEqual(log, [
    'recorded routed',
    'recorded internal-error',
    'commit',
    'recorded bounced',
    'recorded suppressed',
  ])
})

test('an attempt that is ended early leaves its outcome to be written, however often the queue refuses it at first', async () => {
  const ended = new AbortController()
  let writes = 0
  const commit = async (): Promise<boolean> => {
    ended.abort(new Error('the lease is nearly over'))
    if (++writes < 3) throw new MailerError('queue-unavailable', 'no answer')
    return true
  }
  const ports = portsOf({ log: [], says: '250 ok', commit })
  const clock = { ...ports.clock, sleep: async (_: number, signal?: AbortSignal) => signal?.throwIfAborted() }
  await deliver(job, { ...ports, clock }, never(), ended.signal)
  assert.equal(writes, 3)
})
