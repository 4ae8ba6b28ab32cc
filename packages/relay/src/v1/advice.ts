/**
 * Advice: what would become of mail that is not sent: where it would go, whether its sender would be refused, what a reply means, and
 * the doctor.
 *
 * Policy. Nothing here is kept, and nothing is judged anew: each answer is the mailer's own. What a check finds is told as it is found to
 * whoever asks for an event stream.
 */
import {
  type Check,
  type Clearance,
  classifyReply,
  kinds as k,
  MailerError,
  parseAddress,
  type Report,
  type Stage,
} from '@postrider/core'
import { mayUse } from '../admission/index.ts'
import type { HttpRequest } from '../server/index.ts'
import { eventStream, type Told } from './event-stream.ts'
import { ADDRESS, CHECK, text, time } from './shapes.ts'
import { type Retell, retoldCheck, toldTo } from './told.ts'
import { type Asked, declare, type V1Ports, type V1Route } from './v1-route.ts'

const MOST_RECIPIENTS = 50
const MOST_DOCTORED = 20
const DOCTOR_SCOPE = 'operate'

const ROUTE = k.looseObject({
  kind: k.enum(['route', 'no-route']),
  domain: k.string(),
  site: text('The set of mail hosts.').optional(),
  hops: k.array(k.looseObject({ host: k.string(), address: k.string(), port: k.int() })).optional(),
  reason: text('Why nowhere.').optional(),
  detail: k.string().optional(),
})

const REPORT = k.looseObject({
  of: text('The address that was looked at.'),
  checks: k.array(CHECK),
  worst: text('The level of the worst finding.'),
})

interface Would {
  readonly from: string
  readonly envelopeFrom?: string | null | undefined
  readonly to: readonly string[]
}

/** What a message of this sender to these would be told. */
async function wouldBeRefused(
  { body, caller, request }: Asked<unknown, Would>,
  { mailer }: V1Ports,
  retell: Retell,
): Promise<object> {
  const { from, envelopeFrom = from, to } = body
  const { signal } = request
  const author = parseAddress(from)
  const allowed = 'problem' in author || caller.account === undefined || mayUse(caller.account.senders, author)
  const [sender, recipients] = await Promise.all([
    clearanceOf({ envelopeFrom, from: [from] }, mailer, signal).then(found => retold(found, retell)),
    Promise.all(
      to.map(async address => {
        const suppressed = await mailer.suppressions.find(address)
        const route = await mailer.route(address.slice(address.lastIndexOf('@') + 1), { signal })
        return {
          address,
          ...(suppressed !== undefined && {
            suppressed: { detail: retell(suppressed.detail), until: suppressed.until },
          }),
          ...(route.kind === 'no-route' && { noRoute: { reason: route.reason, detail: retell(route.detail) } }),
        }
      }),
    ),
  ])
  const refused = !allowed || 'refusal' in sender || recipients.some(({ suppressed }) => suppressed !== undefined)
  return { refused, sender: { allowed, ...sender }, recipients }
}

type Cleared = { readonly clearance: Clearance } | { readonly refusal: string; readonly checks: readonly Check[] }

function retold(found: Cleared, retell: Retell): Cleared {
  const inWords = (checks: readonly Check[]): readonly Check[] => checks.map(check => retoldCheck(check, retell))
  return 'refusal' in found
    ? { refusal: retell(found.refusal), checks: inWords(found.checks) }
    : { clearance: { ...found.clearance, checks: inWords(found.clearance.checks) } }
}

async function clearanceOf(
  sender: { readonly envelopeFrom: string | null; readonly from: readonly string[] },
  mailer: V1Ports['mailer'],
  signal: AbortSignal,
): Promise<Cleared> {
  try {
    return { clearance: await mailer.clearance(sender, { signal }) }
  } catch (error) {
    if (!MailerError.is(error) || error.code !== 'not-cleared') throw error
    return { refusal: error.message, checks: error.checks }
  }
}

type Doctored = { readonly addresses: readonly string[]; readonly probeHost?: string | undefined }

interface Look extends Pick<Doctored, 'probeHost'> {
  readonly request: HttpRequest
}

/** Each finding as it is made; in the end the report. */
async function* findingsOf(
  address: string,
  { probeHost, request }: Look,
  { mailer }: V1Ports,
): AsyncGenerator<Check, Report, undefined> {
  const found: Check[] = []
  let isOver = false
  let wake = (): void => undefined
  const onChecks = (checks: readonly Check[]): void => {
    found.push(...checks)
    wake()
  }
  const { signal } = request
  const asked = { signal, onChecks, ...(probeHost !== undefined && { probeHost }) }
  const reporting = toldTo(request, () => mailer.preflight(address, asked))
  const over = (): void => {
    isOver = true
    wake()
  }
  // What it throws is thrown where it is returned.
  reporting.then(over, over)
  while (!isOver || found.length > 0) {
    const next = found.shift()
    if (next !== undefined) yield next
    else
      await new Promise<void>(resolve => {
        wake = resolve
      })
  }
  return reporting
}

async function* examine(
  { addresses, probeHost }: Doctored,
  ports: V1Ports,
  request: HttpRequest,
): AsyncGenerator<Told, void, undefined> {
  for (const of of addresses) {
    const findings = findingsOf(of, { probeHost, request }, ports)
    for (let step = await findings.next(); ; step = await findings.next()) {
      if (step.done === true) {
        yield { event: 'report', data: step.value }
        break
      }
      yield { event: 'check', data: { of, check: step.value } }
    }
  }
}

async function doctor({ body, request }: Asked<unknown, Doctored>, ports: V1Ports) {
  const told = examine(body, ports, request)
  if (/\btext\/event-stream\b/i.test(request.header('accept') ?? '')) {
    const stillMay = () => ports.accessControl.stillMay(request, DOCTOR_SCOPE)
    return eventStream(told, request, ports, { stillMay })
  }
  const reports: object[] = []
  for await (const { event, data } of told) if (event === 'report') reports.push(data)
  return { reports }
}

export const ADVICE_ROUTES: readonly V1Route[] = [
  declare({
    method: 'GET',
    path: '/v1/route',
    scope: 'read',
    about: 'relay',
    waits: true,
    says: 'Where mail to a domain would go now, in what order, how safely, and why.',
    query: k.strictObject({ domain: k.string().min(1).max(255) }),
    answers: ROUTE,
    work: async ({ query, request }, { mailer }) => {
      const found = await mailer.route(query.domain, { signal: request.signal })
      return toldTo(request, retell => ('hops' in found ? found : { ...found, detail: retell(found.detail) }))
    },
  }),
  declare({
    method: 'POST',
    path: '/v1/preflight',
    scope: 'read',
    about: 'own',
    waits: true,
    says: 'Whether a message of this sender to these recipients would be refused; nothing is sent.',
    body: k.strictObject({
      from: ADDRESS,
      envelopeFrom: ADDRESS.nullable().optional().describe('The reverse-path, null for none; by default `from`.'),
      to: k.array(ADDRESS).max(MOST_RECIPIENTS).default([]),
    }),
    answers: k.strictObject({
      refused: k.boolean(),
      sender: k.strictObject({
        allowed: k.boolean().describe('Whether the account may send as this.'),
        clearance: k
          .looseObject({ result: k.enum(['cleared', 'warned', 'skipped']), checks: k.array(CHECK) })
          .optional(),
        refusal: text('What it would be told.').optional(),
        checks: k.array(CHECK).optional(),
      }),
      recipients: k.array(
        k.strictObject({
          address: k.string(),
          suppressed: k.strictObject({ detail: k.string(), until: time('Until when.') }).optional(),
          noRoute: k.strictObject({ reason: k.string(), detail: k.string() }).optional(),
        }),
      ),
    }),
    work: (asked, ports) => toldTo(asked.request, retell => wouldBeRefused(asked, ports, retell)),
  }),
  declare({
    method: 'POST',
    path: '/v1/doctor',
    scope: DOCTOR_SCOPE,
    about: 'relay',
    waits: true,
    says: 'Every check of sender addresses; with `accept: text/event-stream` each as it is made (`check`), then the report (`report`).',
    body: k.strictObject({
      addresses: k.array(ADDRESS).min(1).max(MOST_DOCTORED),
      probeHost: text('The host that is tried on port 25.').optional(),
    }),
    answers: k.strictObject({ reports: k.array(REPORT) }),
    work: doctor,
  }),
  declare({
    method: 'POST',
    path: '/v1/classify',
    scope: 'read',
    about: 'own',
    says: 'What a reply of a mail host means, and when it would be final.',
    body: k.strictObject({
      reply: k.string().min(3).max(4000),
      host: text('The mail host that said it.').optional(),
      stage: text('What it answered, such as `rcpt`.').optional(),
    }),
    answers: k.looseObject({ code: k.string(), permanence: k.string(), rule: k.string(), reply: k.string() }),
    work: async ({ body: { reply, host, stage }, request }) =>
      toldTo(request, async retell => {
        const where = { ...(host !== undefined && { host }), ...(stage !== undefined && { stage: stage as Stage }) }
        const judged = await classifyReply(reply, where)
        return { ...judged, detail: retell(judged.detail) }
      }),
  }),
]
