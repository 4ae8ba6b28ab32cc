/**
 * Messages: what waits, one message, its story and its bytes; and one message held, released, tried or taken back.
 *
 * Policy. An account's key sees the mail of its account; of any other it is as if there were none.
 *
 * Not here: many messages at once (queue.ts), mail as it becomes (events.ts).
 */
import { type AnyShape, kinds as k, type QueueEntry, type QueueFilter, type QueueId, type Story } from '@postrider/core'
import type { Caller } from '../gate/index.ts'
import { ENTRY, NUMBERED_FACT, QUEUE_ID, text, time } from './shapes.ts'
import { notFound, V1Error } from './v1-error.ts'
import { type Asked, declare, type V1Ports, type V1Route } from './v1-route.ts'

/** What a list of messages, or a change to many, is about. */
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
  const own = caller.account?.name
  if (own !== undefined && account !== undefined && account !== own)
    throw new V1Error(403, 'restricted_api_key', {
      message: `account: found ${account}, and this API key is one of ${own}`,
      wrong: { where: 'account', found: account, wanted: own, fix: 'leave it out' },
    })
  const whose = own ?? account
  return {
    ...(domain !== undefined && { domain }),
    ...(from !== undefined && { from }),
    ...(state !== undefined && { state }),
    ...(whose !== undefined && { account: whose }),
  }
}

/** @throws V1Error 404 when it is not there, or another's */
async function ownMessage(id: string, { account }: Caller, { mailer }: V1Ports): Promise<QueueEntry> {
  const entry = await mailer.queue.show(id)
  if (account === undefined || entry.account === account.name) return entry
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
  await ownMessage(params.id ?? '', caller, ports)
  const { signal } = request
  const told: Story = await ports.mailer.explain(params.id ?? '')
  const open = told.entry.recipients.filter(({ state }) => state === 'waiting' || state === 'deferred')
  const domains = [...new Set(open.map(({ address }) => address.slice(address.lastIndexOf('@') + 1)))]
  const pauses = await ports.mailer.queue.pausesFor(domains, { signal })
  return { ...told, pauses: [...pauses].map(([domain, pause]) => ({ domain, ...pause })) }
}

const ACTS = {
  hold: 'Keeps it from being delivered until it is released.',
  release: 'Lets it go on.',
  retry: 'Makes what waits of it due now.',
  cancel: 'Takes it back; a recipient that is being delivered at this moment is not touched.',
} as const
type Act = keyof typeof ACTS

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
      const { id } = await ownMessage(params.id ?? '', caller, ports)
      const { queue } = ports.mailer
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
    says: 'Messages that wait, oldest first. What is done is found by its id, and in the events.',
    query: k.strictObject({
      ...FILTER,
      limit: k.int().min(1).max(1000).default(100),
      after: QUEUE_ID.describe('The id of the last one of the page before.').optional(),
    }),
    answers: k.strictObject({
      messages: k.array(ENTRY),
      next: QUEUE_ID.describe('`after` of the next page.').optional(),
    }),
    work: async ({ query, caller }, { mailer }) => {
      const { limit, after, ...filter } = query
      const messages = await mailer.queue.list({
        ...filterFor(filter, caller),
        limit,
        ...(after !== undefined && { after: after as QueueId }),
      })
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
    work: async ({ params, caller }, ports) => ownMessage(params.id ?? '', caller, ports),
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
      pauses: k.array(PAUSE).describe('Recipient domains that get nothing for now.'),
    }),
    work: story,
  }),
  declare({
    method: 'GET',
    path: '/v1/messages/:id/raw',
    scope: 'content',
    about: 'own',
    says: 'The bytes of a message, signed, as long as they are kept: until its last recipient is settled.',
    answers: { type: 'message/rfc822' },
    work: async ({ params, caller }, ports) => {
      const { id } = await ownMessage(params.id ?? '', caller, ports)
      const bytes = await ports.mailer.queue.content(id)
      if (bytes === undefined) throw notFound('its bytes are not kept: it is done')
      return { status: 200, type: 'message/rfc822', body: new Uint8Array(bytes) }
    },
  }),
  ...(Object.keys(ACTS) as Act[]).map(act),
]
