/**
 * Events: what becomes of messages, told as it becomes, from durable facts, in the form that webhooks have.
 *
 * Policy. Ids are ordered, and outlive a restart: who shows the last one that it saw (`Last-Event-ID`, or `after`) misses nothing, as
 * long as history is kept. Where the queue is another one than that of the id, it is told so (`reset`), and begins with the oldest.
 * Without an id it begins now. The key of an account hears of the mail of its account alone.
 *
 * Not here: the stream itself, and slow readers (event-stream.ts). HTML §9.2.
 */
import { kinds as k, type NumberedFact } from '@postrider/core'
import { FACT_KINDS } from '../webhook/fact-kinds.ts'
import { eventOf, idOf, numberOf } from '../webhook/index.ts'
import { eventStream, type Source } from './event-stream.ts'
import { QUEUE_ID, text } from './shapes.ts'
import { busy, invalid, V1Error } from './v1-error.ts'
import { type Asked, declare, type V1Ports, type V1Route } from './v1-route.ts'

/** `0000000000000042-01JD3Z8K2M4Q6S8V0XYZ` */
const ID = /^(\d{16})-([0-9A-Z]{20})$/
const BEFORE_ALL = `${'0'.repeat(16)}-${'0'.repeat(20)}`
const MOST_STREAMS = 200

interface Wanted {
  readonly kinds?: readonly (typeof FACT_KINDS)[number][] | undefined
  readonly account?: string | undefined
  readonly tag?: string | undefined
  readonly message?: string | undefined
  readonly after?: string | undefined
}

/** How many streams each mailer has: they share its queue. */
const streams = new WeakMap<V1Ports['mailer'], number>()

async function events({ query, caller, request }: Asked<Wanted, unknown>, ports: V1Ports) {
  const { mailer } = ports
  const own = caller.account?.name
  if (own !== undefined && query.account !== undefined && query.account !== own)
    throw new V1Error(403, 'restricted_api_key', { message: `this API key is one of the account ${own}` })
  if ((streams.get(mailer) ?? 0) >= MOST_STREAMS) throw busy(`${MOST_STREAMS} event streams are open`, 5)
  const start = await startOf(request.header('last-event-id') || query.after, mailer)
  const seen = { id: start.id }
  const source = follow(
    start,
    { ...query, account: own ?? query.account },
    {
      facts: mailer.facts({ after: start.after, signal: AbortSignal.any([request.signal, request.stopping]) }),
      see: id => {
        seen.id = id
      },
    },
  )
  return eventStream(source, request, ports, {
    lastId: () => seen.id,
    stillMay: () => ports.accessControl.stillMay(request, 'read'),
    count: change => streams.set(mailer, (streams.get(mailer) ?? 0) + change),
  })
}

interface Start {
  readonly after: number
  /** Where it begins, so that who is cut before the first event goes on from there. */
  readonly id: string | undefined
  readonly isReset: boolean
}

/** @throws V1Error 422 for what is no id */
async function startOf(given: string | undefined, mailer: V1Ports['mailer']): Promise<Start> {
  if (given === undefined) return newest(mailer)
  if (given === 'beginning') return { after: 0, id: BEFORE_ALL, isReset: false }
  const [, place, messageId] = ID.exec(given) ?? []
  if (place === undefined || messageId === undefined)
    throw invalid({
      where: 'after',
      found: JSON.stringify(given.slice(0, 40)),
      wanted: 'the id of an event, or beginning',
      fix: 'give the last id that was told, as it was told',
    })
  const number = numberOf(place)
  if (number === 0) return { after: 0, id: BEFORE_ALL, isReset: false }
  const [at] = await mailer.readFacts({ after: number - 1, limit: 1 })
  // Pruned meanwhile, and then nothing is known against it; or the fact of another message, and then of another queue.
  const isOther =
    at === undefined ? number > (await mailer.newestFact()) : at.number === number && at.fact.messageId !== messageId
  return isOther ? { after: 0, id: BEFORE_ALL, isReset: true } : { after: number, id: given, isReset: false }
}

async function newest(mailer: V1Ports['mailer']): Promise<Start> {
  const after = await mailer.newestFact()
  if (after === 0) return { after, id: BEFORE_ALL, isReset: false }
  const [at] = await mailer.readFacts({ after: after - 1, limit: 1 })
  return { after, id: at?.number === after ? idOf(at) : undefined, isReset: false }
}

interface Following {
  readonly facts: AsyncIterable<NumberedFact>
  readonly see: (id: string) => void
}

async function* follow({ isReset }: Start, wanted: Wanted, { facts, see }: Following): Source {
  if (isReset) yield { event: 'reset', data: { because: 'the queue is another one than that of this id' } }
  for await (const numbered of facts) {
    const id = idOf(numbered)
    see(id)
    const { type, body } = eventOf(numbered)
    yield isWanted(numbered, wanted) ? { event: type, id, data: JSON.parse(body) as object } : undefined
  }
}

function isWanted({ fact }: NumberedFact, { kinds, account, tag, message }: Wanted): boolean {
  if (kinds !== undefined && !kinds.includes(fact.kind)) return false
  if (account !== undefined && fact.account !== account) return false
  if (message !== undefined && fact.messageId !== message) return false
  if (tag === undefined) return true
  const [name = '', ...value] = tag.split('=')
  const tags = fact.tags ?? {}
  return Object.hasOwn(tags, name) && (value.length === 0 || tags[name] === value.join('='))
}

export const EVENT_ROUTES: readonly V1Route[] = [
  declare({
    method: 'GET',
    path: '/v1/events',
    scope: 'read',
    about: 'own',
    says: 'What becomes of messages, as server-sent events: each is called as in webhooks (`message.delivered`), and goes on from `Last-Event-ID`.',
    query: k.strictObject({
      kinds: k.array(k.enum(FACT_KINDS)).min(1).describe('Kinds of facts, with commas; by default all.').optional(),
      account: text('Who submitted the message.').optional(),
      tag: text('`name`, or `name=value`.').optional(),
      message: QUEUE_ID.optional(),
      after: text(
        'The id of an event, for who cannot send `Last-Event-ID`; `beginning` is the oldest that is kept.',
      ).optional(),
    }),
    answers: { type: 'text/event-stream' },
    work: events,
  }),
]
