/**
 * TestAddresses: mail to addresses that stand for an outcome: it goes through the whole flow, and goes nowhere.
 *
 * Policy. What a mail host would have shown is played by a script; all that follows of it, verdicts, retries, facts and webhooks, is the
 * real thing. Nothing is learnt from it: no address is suppressed, no site slowed, no TLS counted, and no notice is mailed. The script
 * goes by the local part: `delivered`, `bounced`, `complained`, `suppressed`, `deferred`, `greylisted`, `slow`, `uncertain`,
 * `tls-refused`, each with any `+label`. `deferred+452@` is refused with that code, `slow+30s@` takes so long.
 *
 * Not here: which domains (model/route.ts), whether they are played at all (`delivery.testAddresses`).
 */
import type { Domain } from '../model/address.ts'
import { printAddress } from '../model/address.ts'
import type { Evidence, RecipientAnswer } from '../model/evidence.ts'
import { type ComplainedFact, ofMessage } from '../model/fact.ts'
import type { Job, JobRecipient } from '../model/job.ts'
import type { Parcel } from '../model/parcel.ts'
import type { Reply } from '../model/reply.ts'
import type { Hop, Route } from '../model/route.ts'
import type { Settlement } from '../model/settlement.ts'
import type { QueueStore } from '../queue/index.ts'
import { type DeliveryPorts, deliver } from './delivery.ts'

/** TEST-NET-1 (RFC 5737): nobody is there. */
const NOWHERE = '192.0.2.1'
const HOST = 'host.postrider.test' as Domain
const USUAL_SLOW_S = 10
const LONGEST_SLOW_S = 120
const MANY = 1000

export interface PlayPorts extends DeliveryPorts {
  readonly store: DeliveryPorts['store'] & Pick<QueueStore, 'recordOnce'>
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
    transmitter: { transmit: (parcel, hop, until) => transmit(parcel, hop, ports.clock, until) },
    // Its one host bears whatever comes, and nothing is learnt of it.
    siteQueues: { enter: (_, run) => run(), observe: () => undefined, opensAt: () => undefined },
    countTls: () => undefined,
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
  await deliver({ ...job, recipients: job.recipients.map(withSuppression) }, played, signal, attempting)
  if (settled !== undefined) await complain(settled, ports)
}

/** What a recipient is called before its `+label`. */
function outcomeOf({ address }: JobRecipient): readonly [outcome: string, label: string] {
  const [outcome = '', ...label] = address.local.toLowerCase().split('+')
  return [outcome, label.join('+')]
}

function withSuppression(recipient: JobRecipient): JobRecipient {
  if (outcomeOf(recipient)[0] !== 'suppressed') return recipient
  const detail = 'a test address that stands for one that is not mailed'
  return { ...recipient, suppressed: { until: Number.MAX_SAFE_INTEGER, code: 'suppressed', detail } }
}

async function transmit(
  { job, recipients }: Parcel,
  hop: Hop,
  clock: DeliveryPorts['clock'],
  signal: AbortSignal,
): Promise<Evidence> {
  const seconds = Math.max(0, ...recipients.map(slowFor))
  // It ends when we are told to stop, which is then seen as such.
  if (seconds > 0) await clock.sleep(seconds * 1000, signal).catch(() => undefined)
  if (signal.aborted) {
    const loss = { stage: 'connect', code: 'aborted', detail: 'told to stop' } as const
    return { kind: 'evidence', hop, answers: [], loss, sessionReused: false, tookMs: 0 }
  }
  const loss = lossFor(recipients, job)
  const lost = loss === undefined ? [] : recipients.filter(each => outcomeOf(each)[0] === loss.outcome)
  const answers = recipients.filter(each => !lost.includes(each)).map(each => answerFor(each, job))
  return {
    kind: 'evidence',
    hop,
    answers,
    ...(loss !== undefined && { loss: loss.seen }),
    sessionReused: false,
    tookMs: seconds * 1000,
  }
}

function slowFor(recipient: JobRecipient): number {
  const [outcome, label] = outcomeOf(recipient)
  if (outcome !== 'slow') return 0
  return Math.min(LONGEST_SLOW_S, Number(/^(\d{1,4})s$/.exec(label)?.[1] ?? USUAL_SLOW_S))
}

/** The connection can be lost but once: what refuses TLS goes before what is cut off later. */
function lossFor(recipients: readonly JobRecipient[], { attempts }: Job) {
  const outcomes = new Set(recipients.map(each => outcomeOf(each)[0]))
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

function answerFor(recipient: JobRecipient, { attempts }: Job): RecipientAnswer {
  const answer = (stage: RecipientAnswer['stage'], code: number, [status, text]: readonly [Status, string]) => {
    const reply: Reply = { code, enhanced: { class: Math.floor(code / 100) as 2 | 4 | 5, ...status }, lines: [text] }
    return { recipient: recipient.index, stage, reply }
  }
  const [outcome, label] = outcomeOf(recipient)
  switch (outcome) {
    case 'delivered':
    case 'complained':
    case 'slow':
    case 'uncertain':
      return answer('final-dot', 250, TAKEN)
    case 'bounced':
      return answer('rcpt', 550, [{ subject: 1, detail: 1 }, 'User unknown: played'])
    case 'deferred':
      return answer('rcpt', Number(/^4\d\d$/.exec(label)?.[0] ?? 451), [
        { subject: 3, detail: 0 },
        'Try again later: played',
      ])
    case 'greylisted':
      return attempts === 0
        ? answer('rcpt', 451, [{ subject: 7, detail: 1 }, 'Greylisted, try again in 60 seconds: played'])
        : answer('final-dot', 250, TAKEN)
    default:
      return answer('rcpt', 550, [{ subject: 1, detail: 1 }, 'User unknown: no test address is called so'])
  }
}

/** Whoever was delivered to, and complains: said once, and nobody is suppressed for it. */
async function complain({ job, at, recipients }: Settlement, { store, recorder }: PlayPorts): Promise<void> {
  for (const { state, recipient } of recipients) {
    if (state !== 'delivered' || outcomeOf(recipient)[0] !== 'complained') continue
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
