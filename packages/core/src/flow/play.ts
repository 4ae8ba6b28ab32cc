/**
 * Play: a delivery in whose network a script stands: all that follows of it, verdicts, retries, facts and webhooks, is the real thing.
 *
 * Policy. Nothing is learnt from it: no address is suppressed, no site slowed, no TLS counted, and no notice is mailed. Who captures mail
 * has it before the script answers.
 *
 * Not here: what the addresses of test domains stand for (test-addresses.ts), who captures all mail and plays what is asked for (a seam).
 */
import type { Domain } from '../model/address.ts'
import { printAddress } from '../model/address.ts'
import type { Evidence, RecipientAnswer } from '../model/evidence.ts'
import { type ComplainedFact, ofMessage } from '../model/fact.ts'
import type { Job, JobRecipient } from '../model/job.ts'
import type { Parcel } from '../model/parcel.ts'
import type { Capture, Played } from '../model/played.ts'
import type { Reply } from '../model/reply.ts'
import type { Hop, Route } from '../model/route.ts'
import type { Settlement } from '../model/settlement.ts'
import type { QueueStore } from '../queue/index.ts'
import { type DeliveryPorts, deliver } from './delivery.ts'
import { noPace } from './pace.ts'
import { noSources } from './sources.ts'
import { noWarmUp } from './warm-up.ts'

/** TEST-NET-1 (RFC 5737): nobody is there. */
const NOWHERE = '192.0.2.1'
const HOST = 'host.postrider.test' as Domain
const USUAL_SLOW_MS = 10_000
const LONGEST_SLOW_MS = 120_000
const MANY = 1000

/** What becomes of a recipient; undefined: there is no such mailbox. */
export type Script = (recipient: JobRecipient, job: Job) => Played | undefined

export interface PlayPorts extends DeliveryPorts {
  readonly store: DeliveryPorts['store'] & Pick<QueueStore, 'recordOnce'>
  readonly script: Script
  readonly take?: Capture['take'] | undefined
}

/** One hop that nobody connects to. */
export function testRoute(domain: Domain): Route {
  const hop: Hop = {
    host: HOST,
    address: NOWHERE,
    family: 4,
    port: 25,
    preference: 0,
    tls: { level: 'opportunistic', sources: ['default'], sni: HOST },
    implicitTls: false,
    departure: { hostname: HOST },
    limits: { connections: MANY, messagesPerConnection: MANY, recipientsPerTransaction: MANY },
  }
  const policy = { dane: 'off-untrusted-resolver' } as const
  return { kind: 'route', domain, site: HOST, via: 'test-address', hops: [hop], skipped: [], policy }
}

/** `deliver` with a script in the place of the network. */
export async function playDelivery(
  job: Job,
  ports: PlayPorts,
  signal: AbortSignal,
  attempting: AbortSignal = signal,
): Promise<void> {
  let settled: Settlement | undefined
  const played: DeliveryPorts = {
    ...ports,
    router: { findRoute: async domain => testRoute(domain) },
    transmitter: { transmit: (parcel, hop, until) => transmit(parcel, hop, ports, until) },
    // Its one host bears whatever comes, and nothing is learnt of it.
    siteQueues: { enter: (_, run) => run(), observe: () => undefined, opensAt: () => undefined, mayLeave: () => false },
    pace: noPace,
    sources: noSources,
    warmUp: noWarmUp,
    countTls: () => undefined,
    countSettled: () => undefined,
    policy: {
      ...ports.policy,
      suppress: { unknownMs: 0, disabledMs: 0, complainedMs: 0, noDomainMs: 0 },
      notices: 'nobody',
    },
    store: {
      read: id => ports.store.read(id),
      readBlock: (id, at) => ports.store.readBlock(id, at),
      enterFinalDot: each => ports.store.enterFinalDot(each),
      release: (each, dueAt) => ports.store.release(each, dueAt),
      commit: async (settlement, notices, facts) => {
        const committed = await ports.store.commit(settlement, notices, facts)
        if (committed) settled = settlement
        return committed
      },
    },
  }
  await deliver(
    { ...job, recipients: job.recipients.map(each => withSuppression(each, ports.script(each, job))) },
    played,
    signal,
    attempting,
  )
  if (settled !== undefined) await complain(settled, ports)
}

function withSuppression(recipient: JobRecipient, played: Played | undefined): JobRecipient {
  if (played?.outcome !== 'suppressed') return recipient
  const detail = 'a test address that stands for one that is not mailed'
  return { ...recipient, suppressed: { until: Number.MAX_SAFE_INTEGER, code: 'suppressed', detail } }
}

type Cast = readonly { readonly recipient: JobRecipient; readonly played: Played | undefined }[]

async function transmit(
  { job, recipients, content }: Parcel,
  hop: Hop,
  { clock, script, take }: PlayPorts,
  signal: AbortSignal,
): Promise<Evidence> {
  const cast: Cast = recipients.map(recipient => ({ recipient, played: script(recipient, job) }))
  await take?.(job, content)
  const tookMs = Math.max(0, ...cast.map(({ played }) => slowMs(played)))
  // It ends when we are told to stop, which is then seen as such.
  if (tookMs > 0) await clock.sleep(tookMs, signal).catch(() => undefined)
  if (signal.aborted) {
    const loss = { stage: 'connect', code: 'aborted', detail: 'told to stop' } as const
    return { kind: 'evidence', hop, answers: [], loss, sessionReused: false, tookMs: 0 }
  }
  const loss = lossFor(cast, job)
  const answers = cast
    .filter(({ played }) => loss === undefined || played?.outcome !== loss.outcome)
    .map(({ recipient, played }) => answerFor(recipient.index, played, job))
  return {
    kind: 'evidence',
    hop,
    answers,
    ...(loss !== undefined && { loss: loss.seen }),
    sessionReused: false,
    tookMs,
  }
}

function slowMs(played: Played | undefined): number {
  return played?.outcome === 'slow' ? Math.min(LONGEST_SLOW_MS, played.ms ?? USUAL_SLOW_MS) : 0
}

/** The connection can be lost but once: what refuses TLS goes before what is cut off later. */
function lossFor(cast: Cast, { attempts }: Job) {
  const outcomes = new Set(cast.map(({ played }) => played?.outcome))
  if (outcomes.has('tls-refused')) {
    const detail = 'a test address whose host offers no TLS that is good enough'
    return { outcome: 'tls-refused', seen: { stage: 'starttls', code: 'starttls-refused', detail } } as const
  }
  if (outcomes.has('uncertain') && attempts === 0) {
    const detail = 'a test address whose host breaks off after the final dot, once'
    return { outcome: 'uncertain', seen: { stage: 'final-dot', code: 'closed', detail } } as const
  }
  return undefined
}

type Status = Pick<NonNullable<Reply['enhanced']>, 'subject' | 'detail'>
const TAKEN = [{ subject: 0, detail: 0 }, 'played: nothing was sent'] as const

function answerFor(recipient: number, played: Played | undefined, { attempts }: Job): RecipientAnswer {
  const answer = (stage: RecipientAnswer['stage'], code: number, [status, text]: readonly [Status, string]) => {
    const reply: Reply = { code, enhanced: { class: Math.floor(code / 100) as 2 | 4 | 5, ...status }, lines: [text] }
    return { recipient, stage, reply }
  }
  const taken = answer('final-dot', 250, TAKEN)
  if (played === undefined)
    return answer('rcpt', 550, [{ subject: 1, detail: 1 }, 'User unknown: no test address is called so'])
  switch (played.outcome) {
    case 'delivered':
    case 'complained':
    case 'slow':
    case 'uncertain':
    case 'tls-refused':
    case 'suppressed':
      return taken
    case 'bounced':
      return answer('rcpt', played.code ?? 550, [{ subject: 1, detail: 1 }, 'User unknown: played'])
    case 'deferred':
      return attempts < (played.times ?? Number.POSITIVE_INFINITY)
        ? answer('rcpt', played.code ?? 451, [{ subject: 3, detail: 0 }, 'Try again later: played'])
        : taken
    case 'greylisted':
      return attempts === 0
        ? answer('rcpt', 451, [{ subject: 7, detail: 1 }, 'Greylisted, try again in 60 seconds: played'])
        : taken
    default:
      return played.outcome satisfies never
  }
}

/** Whoever was delivered to, and complains: said once, and nobody is suppressed for it. */
async function complain({ job, at, recipients }: Settlement, { store, recorder, script }: PlayPorts): Promise<void> {
  for (const { state, recipient } of recipients) {
    if (state !== 'delivered' || script(recipient, job)?.outcome !== 'complained') continue
    const fact: ComplainedFact = {
      kind: 'complained',
      ...ofMessage(job, at),
      recipient: printAddress(recipient.address),
      feedback: 'abuse',
      reporter: 'played',
    }
    if (await store.recordOnce([fact], [])) recorder.record(fact)
  }
}
