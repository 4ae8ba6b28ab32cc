import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireDomain } from '../model/address.ts'
import type { Evidence } from '../model/evidence.ts'
import type { Job, JobRecipient } from '../model/job.ts'
import type { QueueId } from '../model/queue-id.ts'
import type { Hop, NoRoute, Route } from '../model/route.ts'
import type { Failed, Verdict } from '../model/verdict.ts'
import { type AttemptPorts, attempt, type Parcel } from './attempt.ts'

const domain = requireDomain('example.com', 'test')

function recipient(index: number): JobRecipient {
  return { index, address: { local: `user${index}`, domain } }
}

const job: Job = {
  id: 1,
  messageId: '0'.repeat(20) as QueueId,
  domain,
  recipients: [recipient(0), recipient(1)],
  reversePath: null,
  requireTls: false,
  facts: { sizeBytes: 4, eightBit: false, smtpUtf8: false, longestLine: 2, messageId: '', tlsRequiredNo: false },
  attempts: 0,
  acceptedAt: 0,
  expiresAt: 1000,
  priority: 'normal',
  tags: {},
  lease: { token: 1, until: 1000 },
}

function hop(host: string): Hop {
  return {
    host: requireDomain(host, 'test'),
    address: '192.0.2.1',
    family: 4,
    port: 25,
    preference: 10,
    tls: { level: 'opportunistic', sources: ['default'], sni: requireDomain(host, 'test') },
    implicitTls: false,
    departure: { hostname: domain },
    limits: { connections: 5, messagesPerConnection: 100, recipientsPerTransaction: 100 },
  }
}

const route: Route = {
  kind: 'route',
  domain,
  site: 'example.com',
  via: 'mx',
  hops: [hop('mx1.example.com'), hop('mx2.example.com')],
  skipped: [],
  policy: { dane: 'usable' },
}

function accepted(index: number): Verdict {
  return { kind: 'accepted', recipient: index, reply: { code: 250, lines: ['ok'] }, host: 'mx', address: '192.0.2.1' }
}

function failed(index: number, permanence: 'transient' | 'permanent'): Failed {
  return {
    kind: 'failed',
    recipient: index,
    failure: {
      scope: 'recipient',
      permanence,
      code: 'refused',
      stage: 'rcpt',
      rule: 'test',
      detail: '',
      suppress: false,
    },
  }
}

interface Seen {
  readonly parcels: { readonly host: string; readonly recipients: readonly number[] }[]
}

/** Rooms whose hops answer what `answers` says, by host. */
function rooms(answers: Record<string, readonly Verdict[]>, found: Route | NoRoute = route): AttemptPorts & Seen {
  const parcels: { host: string; recipients: number[] }[] = []
  const hostOf = new Map<Evidence, string>()
  return {
    parcels,
    findRoute: async () => found,
    read: async () => Buffer.from('x\r\n'),
    enterSiteQueue: (_route, run) => run(),
    transmit: async (parcel: Parcel, to: Hop) => {
      parcels.push({ host: to.host, recipients: parcel.recipients.map(({ index }) => index) })
      const evidence: Evidence = { kind: 'evidence', hop: to, answers: [], sessionReused: false, tookMs: 1 }
      hostOf.set(evidence, to.host)
      return evidence
    },
    enterFinalDot: () => () => {},
    classify: (seen, open) => {
      if (seen.kind === 'no-route') return open.map(({ index }) => failed(index, 'permanent'))
      return (answers[hostOf.get(seen) ?? ''] ?? []).filter(verdict =>
        open.some(({ index }) => index === verdict.recipient),
      )
    },
    better: (known, next) => (known?.kind === 'failed' && next.kind === 'failed' ? known : next),
    mayTryHop: verdict => verdict.kind === 'failed' && verdict.failure.permanence === 'transient',
    observe: () => {},
    routed: () => {},
    countTls: () => {},
  }
}

const never = new AbortController().signal

test('only recipients that can gain from it are taken to the next hop', async () => {
  const used = rooms({
    'mx1.example.com': [accepted(0), failed(1, 'transient')],
    'mx2.example.com': [accepted(1)],
  })
  const verdicts = await attempt(job, used, never)
  assert.deepEqual(used.parcels, [
    { host: 'mx1.example.com', recipients: [0, 1] },
    { host: 'mx2.example.com', recipients: [1] },
  ])
  assert.deepEqual(
    verdicts.map(verdict => verdict.kind),
    ['accepted', 'accepted'],
  )
})

test('no further hop is tried when everyone has a final answer', async () => {
  const used = rooms({ 'mx1.example.com': [accepted(0), failed(1, 'permanent')] })
  await attempt(job, used, never)
  assert.equal(used.parcels.length, 1)
})

test('a domain without a route is judged at once, without reading the message', async () => {
  const nowhere: NoRoute = {
    kind: 'no-route',
    domain,
    reason: 'null-mx',
    detail: '',
    skipped: [],
    policy: { dane: 'usable' },
  }
  const used = { ...rooms({}, nowhere), read: () => Promise.reject(new Error('not to be read')) }
  assert.deepEqual(
    (await attempt(job, used, never)).map(verdict => verdict.kind),
    ['failed', 'failed'],
  )
})

test('when the site queue closes between two hops, what the first one showed is kept', async () => {
  const used = rooms({ 'mx1.example.com': [failed(0, 'transient'), failed(1, 'transient')] })
  let entered = 0
  const closing: AttemptPorts = {
    ...used,
    enterSiteQueue: async (_route, run) => (entered++ === 0 ? run() : undefined),
  }
  assert.deepEqual((await attempt(job, closing, never)).length, 2)
})

test('nothing is transmitted once we were told to stop', async () => {
  const used = rooms({})
  assert.deepEqual(await attempt(job, used, AbortSignal.abort()), [])
  assert.deepEqual(used.parcels, [])
})
