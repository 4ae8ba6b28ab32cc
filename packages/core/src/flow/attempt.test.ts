import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireDomain } from '../model/address.ts'
import type { Evidence, RecipientAnswer } from '../model/evidence.ts'
import type { Failure } from '../model/failure.ts'
import type { Job } from '../model/job.ts'
import type { Parcel } from '../model/parcel.ts'
import type { Reply } from '../model/reply.ts'
import type { Hop, NoRoute, Route } from '../model/route.ts'
import { hopTo, jobFor } from '../testing/parcel.ts'
import { type AttemptPorts, attempt } from './attempt.ts'
import { noDialogues } from './dialogues.ts'
import { noPace } from './pace.ts'
import { noSources } from './sources.ts'
import { noWarmUp } from './warm-up.ts'

const domain = requireDomain('example.com', 'test')

const job: Job = jobFor(Buffer.from('x\r\n'), ['user0@example.com', 'user1@example.com'])

function hop(name: string): Hop {
  return hopTo({ name, address: '192.0.2.1', port: 25 })
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

const nowhere: NoRoute = {
  kind: 'no-route',
  domain,
  reason: 'null-mx',
  detail: '',
  skipped: [],
  policy: { dane: 'usable' },
}

/** What a hop shows: a reply to a recipient, or that it cannot be reached at all. */
type Shown = readonly RecipientAnswer[] | 'unreachable'

const ACCEPTED = '250 2.0.0 ok'
const GREYLISTED = '451 4.7.1 Greylisted, please try again later'
const UNKNOWN = '550 5.1.1 No such user here'

function answer(index: number, line: string): RecipientAnswer {
  const [code = '', enhanced = ''] = line.split(' ')
  const [group, subject, detail] = enhanced.split('.').map(Number)
  const status = { class: group as 2 | 4 | 5, subject: subject ?? 0, detail: detail ?? 0 }
  const reply: Reply = { code: Number(code), enhanced: status, lines: [line.slice(code.length + enhanced.length + 2)] }
  return { recipient: index, stage: reply.code === 250 ? 'final-dot' : 'rcpt', reply }
}

interface Seen {
  readonly parcels: { readonly host: string; readonly recipients: readonly number[] }[]
  readonly observed: (Failure | undefined)[]
  readonly recorded: string[]
}

/** Ports whose hops show what `shown` says, by host. The judge is the real one. */
function portsTo(shown: Record<string, Shown>, found: Route | NoRoute = route): AttemptPorts & Seen {
  const parcels: { host: string; recipients: number[] }[] = []
  const observed: (Failure | undefined)[] = []
  const recorded: string[] = []
  return {
    parcels,
    observed,
    recorded,
    returnKeys: () => undefined,
    dialogues: noDialogues,
    router: { findRoute: async () => found },
    store: {
      read: async () => Buffer.from('x\r\n'),
      readBlock: async () => undefined,
      enterFinalDot: () => () => {},
    },
    siteQueues: {
      enter: (_entry, run) => run(),
      observe: (_site, failure) => {
        observed.push(failure)
      },
      mayLeave: () => false,
    },
    transmitter: {
      transmit: async (parcel: Parcel, to: Hop): Promise<Evidence> => {
        const open = parcel.recipients.map(({ index }) => index)
        parcels.push({ host: to.host, recipients: open })
        const seen = shown[to.host] ?? []
        const common = { kind: 'evidence', hop: to, sessionReused: false, tookMs: 1 } as const
        return seen === 'unreachable'
          ? { ...common, answers: [], loss: { stage: 'connect', code: 'connect-refused', detail: '' } }
          : { ...common, answers: seen.filter(({ recipient: index }) => open.includes(index)) }
      },
    },
    pace: noPace,
    sources: noSources,
    warmUp: noWarmUp,
    recorder: {
      record: fact => {
        recorded.push(fact.kind)
      },
    },
    clock: { now: () => 5 },
    countTls: () => {},
  }
}

const never = new AbortController().signal

test('only recipients that can gain from it are taken to the next hop', async () => {
  const used = portsTo({
    'mx1.example.com': [answer(0, ACCEPTED), answer(1, GREYLISTED)],
    'mx2.example.com': [answer(1, ACCEPTED)],
  })
  const { verdicts } = await attempt(job, used, never)
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
  const used = portsTo({ 'mx1.example.com': [answer(0, ACCEPTED), answer(1, UNKNOWN)] })
  await attempt(job, used, never)
  assert.equal(used.parcels.length, 1)
  assert.deepEqual(used.observed, [undefined], 'a refused recipient shows that the site is well')
})

test('what one host said of a recipient is not forgotten because the next one is down', async () => {
  const used = portsTo({
    'mx1.example.com': [answer(0, '452 4.2.2 mailbox full'), answer(1, ACCEPTED)],
    'mx2.example.com': 'unreachable',
  })
  const { verdicts } = await attempt(job, used, never)
  const full = verdicts.find(verdict => verdict.recipient === 0)
  assert.equal(full?.kind === 'failed' ? full.failure.code : full?.kind, 'mailbox-full')
})

test('a site none of whose hosts can be reached is told to its queue as failing', async () => {
  const used = portsTo({ 'mx1.example.com': 'unreachable', 'mx2.example.com': 'unreachable' })
  const { verdicts } = await attempt(job, used, never)
  assert.deepEqual(
    verdicts.map(verdict => verdict.kind === 'failed' && verdict.failure.permanence),
    ['transient', 'transient'],
  )
  assert.equal(used.observed[0]?.scope, 'host')
})

test('a domain without a route is judged at once, without reading the message', async () => {
  const ports = portsTo({}, nowhere)
  const used = { ...ports, store: { ...ports.store, read: () => Promise.reject(new Error('not to be read')) } }
  const { verdicts } = await attempt(job, used, never)
  assert.deepEqual(
    verdicts.map(verdict => verdict.kind === 'failed' && verdict.failure.code),
    ['null-mx', 'null-mx'],
  )
  assert.deepEqual(ports.recorded, ['routed'])
})

test('when the site queue closes between two hops, what the first one showed is kept', async () => {
  const used = portsTo({ 'mx1.example.com': [answer(0, GREYLISTED), answer(1, GREYLISTED)] })
  let entered = 0
  const closing: AttemptPorts = {
    ...used,
    siteQueues: { ...used.siteQueues, enter: async (_entry, run) => (entered++ === 0 ? run() : undefined) },
  }
  assert.equal((await attempt(job, closing, never)).verdicts.length, 2)
})

test('nothing is transmitted once we were told to stop', async () => {
  const used = portsTo({})
  assert.deepEqual((await attempt(job, used, AbortSignal.abort())).verdicts, [])
  assert.deepEqual(used.parcels, [])
})

test('after a hop that we cut off ourselves no other is tried', async () => {
  const used = portsTo({})
  const transmit = async (parcel: Parcel, to: Hop): Promise<Evidence> => {
    const loss = { stage: 'body', code: 'aborted', detail: 'the lease may be over' } as const
    return { ...(await used.transmitter.transmit(parcel, to, never)), loss }
  }
  assert.deepEqual((await attempt(job, { ...used, transmitter: { transmit } }, never)).verdicts, [])
  assert.equal(used.parcels.length, 1)
})
