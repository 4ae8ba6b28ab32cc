/**
 * Messages: a look back over all of them, one message and its story; and one message held, released, tried, moved to another moment or
 * taken back.
 *
 * Policy. An account's key sees the mail of its account; of any other it is as if there were none. A page of a look back may be short, or
 * empty, and still have a next one: it is what was found in a bounded time.
 *
 * Not here: what a message says (message-content.ts), many messages at once (queue.ts), mail as it becomes (events.ts).
 */
import {
  type AnyShape,
  FAILURE_CODES,
  type FailureCode,
  kinds as k,
  MESSAGE_STATES,
  type MessageFilter,
  type OutputOf,
  type QueueFilter,
  type QueueId,
  type Story,
  WAYS_IN,
} from '@postrider/core'
import type { Caller } from '../access-control/index.ts'
import { LONGEST_LINK_MS } from '../link/index.ts'
import { type Found, findMessage, lookThrough, waitingIn } from './mailers.ts'
import { ADDRESS, ENTRY, NUMBERED_FACT, QUEUE_ID, text, time } from './shapes.ts'
import { retoldBecause, sentencesIn, toldTo } from './told.ts'
import { invalid, notFound, V1Error } from './v1-error.ts'
import { type Asked, declare, type V1Ports, type V1Route } from './v1-route.ts'

/** Which of those that wait a list, or a change to many, is about. */
const FILTER = {
  domain: text('Domain of a recipient that is open.').optional(),
  from: text('Part of the sender address.').optional(),
  state: k.enum(['waiting', 'running', 'deferred', 'held']).optional(),
  account: text('Who submitted it.').optional(),
}
export const MESSAGE_FILTER: AnyShape = k.strictObject(FILTER)

export interface AskedFilter {
  readonly domain?: string | undefined
  readonly from?: string | undefined
  readonly state?: 'waiting' | 'running' | 'deferred' | 'held' | undefined
  readonly account?: string | undefined
}

/** The same, within what the caller may see. @throws V1Error 403 */
export function filterFor(
  { domain, from, state, account }: AskedFilter,
  caller: Caller,
): Omit<QueueFilter, 'limit' | 'after'> {
  const whose = accountFor(account, caller)
  return {
    ...(domain !== undefined && { domain }),
    ...(from !== undefined && { from }),
    ...(state !== undefined && { state }),
    ...(whose !== undefined && { account: whose }),
  }
}

/** Whose mail is meant. @throws V1Error 403 */
export function accountFor(account: string | undefined, caller: Caller): string | undefined {
  const own = caller.account?.name
  if (own === undefined || account === undefined || account === own) return own ?? account
  throw new V1Error(403, 'restricted_api_key', {
    message: `account: found ${account}, and this API key is one of ${own}`,
    wrong: { where: 'account', found: account, wanted: own, fix: 'leave it out' },
  })
}

/** What a look back means. */
const LOOK_BACK = {
  state: k.enum(MESSAGE_STATES).describe('Of a recipient: the one that `to` and `domain` mean.').optional(),
  to: ADDRESS.describe('A recipient.').optional(),
  domain: text('Domain of a recipient.').optional(),
  from: text('Part of the reverse-path.').optional(),
  account: text('Who submitted it.').optional(),
  tag: text('`name=value`.').optional(),
  via: k.enum(WAYS_IN).describe('The way it came in.').optional(),
  messageId: text('The Message-ID header, with or without angle brackets.').optional(),
  subject: text('Part of it; nothing is found by it where `queue.cards` was off.').optional(),
  code: k
    .enum(Object.keys(FAILURE_CODES) as FailureCode[])
    .describe('An attempt failed with it.')
    .optional(),
  host: text('A mail host that it was tried at; with `code`, the one where it failed so.').optional(),
  since: time('Came in then or later.').optional(),
  before: time('Came in before.').optional(),
  limit: k.int().min(1).max(500).default(100),
  after: QUEUE_ID.describe('`next` of the page before.').optional(),
}

const LOOK_BACK_SHAPE = k.strictObject(LOOK_BACK)

/** A list of messages. */
const MESSAGE_PAGE: AnyShape = k.strictObject({
  messages: k.array(ENTRY),
  next: QUEUE_ID.describe('`after` of the next page.').optional(),
})

async function lookBack(
  { query, caller }: Asked<OutputOf<typeof LOOK_BACK_SHAPE>, unknown>,
  ports: V1Ports,
): Promise<object> {
  const { account, tag, ...given } = query
  const whose = accountFor(account, caller)
  const filter = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as MessageFilter
  return lookThrough(
    {
      ...filter,
      ...(whose !== undefined && { account: whose }),
      ...(tag !== undefined && { tags: tagOf(tag) }),
    },
    ports,
  )
}

/** @throws V1Error 422 */
function tagOf(text: string): Readonly<Record<string, string>> {
  const at = text.indexOf('=')
  if (at > 0) return { [text.slice(0, at)]: text.slice(at + 1) }
  throw invalid({
    where: 'tag',
    found: JSON.stringify(text),
    wanted: 'name=value',
    fix: 'name the value of the tag, too',
  })
}

/** @throws V1Error 404 when it is not there, or another's */
export async function ownMessage(id: string, { account }: Caller, ports: V1Ports): Promise<Found> {
  const found = await findMessage(id, ports)
  if (found !== undefined && (account === undefined || found.entry.account === account.name)) return found
  throw notFound(`no message ${JSON.stringify(id)} is in the queue or its history`)
}

const PAUSE = k.strictObject({
  domain: k.string(),
  site: text('The mail site that gets nothing for now.'),
  since: time('Since when.'),
  until: time('Until when.'),
  because: text('What it said.'),
})

async function story({ params, caller, request }: Asked<unknown, unknown>, ports: V1Ports) {
  const { mailer } = await ownMessage(params.id ?? '', caller, ports)
  const { signal } = request
  const told: Story = await toldTo(request, () => mailer.explain(params.id ?? ''))
  const open = told.entry.recipients.filter(({ state }) => state === 'waiting' || state === 'deferred')
  const domains = [...new Set(open.map(({ address }) => address.slice(address.lastIndexOf('@') + 1)))]
  const pauses = await mailer.queue.pausesFor(domains, { signal })
  return toldTo(request, retell => ({
    ...told,
    sentences: Object.fromEntries(
      told.facts
        .flatMap(({ fact }) => sentencesIn(fact))
        .flatMap(english => {
          const said = retell(english)
          return said === english ? [] : [[english, said]]
        }),
    ),
    pauses: [...pauses].map(([domain, pause]) => retoldBecause({ domain, ...pause }, retell)),
  }))
}

const ACTS = {
  hold: 'Keeps it from being delivered until it is released.',
  release: 'Lets it go on.',
  retry: 'Makes what waits of it due now.',
  cancel: 'Takes it back; a recipient that is being delivered at this moment is not touched.',
} as const
type Act = keyof typeof ACTS

const LINK_MS = 48 * 3_600_000

/** The usual reason. */
export const BY_API = 'held over HTTP'

const act = (name: Act): V1Route =>
  declare({
    method: 'POST',
    path: `/v1/messages/:id/${name}`,
    scope: 'operate',
    about: 'own',
    says: ACTS[name],
    body: k.strictObject(name === 'hold' ? { because: text('Kept in its history.').default(BY_API) } : {}),
    answers: k.strictObject({ messages: k.int().describe('How many were changed: 1 or 0.') }),
    work: async ({ params, body, caller }, ports) => {
      const { entry, mailer } = await ownMessage(params.id ?? '', caller, ports)
      const { id } = entry
      const { queue } = mailer
      if (name !== 'hold') return { messages: await queue[name](id) }
      return { messages: await queue.hold(id, (body as { readonly because?: string }).because ?? BY_API) }
    },
  })

export const MESSAGE_ROUTES: readonly V1Route[] = [
  declare({
    method: 'GET',
    path: '/v1/messages',
    scope: 'read',
    about: 'own',
    says: 'All messages, done or waiting, newest first. A page may be short, or empty, and have a next one.',
    query: LOOK_BACK_SHAPE,
    answers: MESSAGE_PAGE,
    work: lookBack,
  }),
  declare({
    method: 'GET',
    path: '/v1/queue/messages',
    scope: 'read',
    about: 'own',
    says: 'Messages that wait, oldest first.',
    query: k.strictObject({
      ...FILTER,
      limit: k.int().min(1).max(1000).default(100),
      after: QUEUE_ID.describe('`next` of the page before.').optional(),
    }),
    answers: MESSAGE_PAGE,
    work: async ({ query, caller }, ports) => {
      const { limit, after, ...filter } = query
      const page = { limit, ...(after !== undefined && { after: after as QueueId }) }
      const messages = await waitingIn({ ...filterFor(filter, caller), ...page }, ports)
      return { messages, ...(messages.length === limit && { next: messages.at(-1)?.id }) }
    },
  }),
  declare({
    method: 'GET',
    path: '/v1/messages/:id',
    scope: 'read',
    about: 'own',
    says: 'One message, also when it is done and its history is kept.',
    answers: ENTRY,
    work: async ({ params, caller }, ports) => (await ownMessage(params.id ?? '', caller, ports)).entry,
  }),
  declare({
    method: 'GET',
    path: '/v1/messages/:id/story',
    scope: 'read',
    about: 'own',
    says: 'Everything that happened to a message, why, and what happens next.',
    answers: k.strictObject({
      entry: ENTRY,
      facts: k.array(NUMBERED_FACT),
      lines: k.array(k.strictObject({ at: time('When.'), text: k.string(), detail: k.string().optional() })),
      sentences: k
        .record(k.string())
        .describe(
          'What the facts keep in English of checks and of TLS, in the language that was asked for (Accept-Language).',
        ),
      pauses: k.array(PAUSE).describe('Recipient domains that get nothing for now.'),
    }),
    work: story,
  }),
  ...(Object.keys(ACTS) as Act[]).map(act),
  declare({
    method: 'POST',
    path: '/v1/messages/:id/share',
    scope: 'operate',
    about: 'own',
    says: 'A link to what became of a message, without what it says, for whoever it is given to. It needs `relay.public`.',
    body: k.strictObject({
      forMs: k.int().min(60_000).max(LONGEST_LINK_MS).describe('How long it is good for.').default(LINK_MS),
    }),
    answers: k.strictObject({ url: k.string(), until: time('When it ends.') }),
    work: async ({ params, body, caller }, ports) => {
      const { entry, mailer } = await ownMessage(params.id ?? '', caller, ports)
      if (mailer !== ports.mailer) throw notFound('of mail that was released there is no such link')
      const { id } = entry
      const until = ports.clock.now() + body.forMs
      const url = ports.links.timeline(id, until)
      if (url !== undefined) return { url, until }
      throw new V1Error(409, 'validation_error', {
        message: 'there is no public part where a link could lead to, or no DKIM key to sign it with',
        wrong: { where: 'relay.public.listen', wanted: 'address:port/tls', fix: 'set relay.public.listen' },
      })
    },
  }),
  declare({
    method: 'POST',
    path: '/v1/messages/:id/reschedule',
    scope: 'operate',
    about: 'own',
    says: 'Lets what waits of it go out at another moment, at once when that is past; it expires as much later, or sooner.',
    body: k.strictObject({ at: time('When.') }),
    answers: ENTRY,
    work: async ({ params, body, caller }, ports) => {
      const { entry, mailer } = await ownMessage(params.id ?? '', caller, ports)
      await mailer.queue.reschedule(entry.id, body.at)
      return mailer.queue.show(entry.id)
    },
  }),
]
