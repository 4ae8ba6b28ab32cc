/**
 * Webhooks: whom the relay tells: shown, made, changed, stopped, tried, and told again what it missed.
 *
 * Policy. What stands behind the host of a URL is not shown: it often is a secret. A signing secret is in the answer that makes it. What
 * stands in the configuration is changed there (409), and one that is made here may not be in a network of our own.
 */
import { kinds as k } from '@postrider/core'
import { accountName } from '../account/index.ts'
import { FACT_KINDS } from '../webhook/fact-kinds.ts'
import { FORMATS } from '../webhook/formats.ts'
import type { Webhooks } from '../webhook/index.ts'
import { text, time } from './shapes.ts'
import { notFound } from './v1-error.ts'
import { type Asked, declare, type V1Ports, type V1Route } from './v1-route.ts'

const EVENTS = k.array(k.enum(FACT_KINDS)).min(1)
const URL_TEXT = text('Where events are posted: a host of the public internet.')
const FORMAT = k.enum(FORMATS).describe('In whose form it is told.')

const ENDPOINT = k.strictObject({
  id: k.string(),
  endpoint: text('Scheme, host and port.'),
  from: k
    .enum(['configuration', 'store'])
    .describe('The configuration, or made here or with `postrider webhooks add`.'),
  format: FORMAT,
  events: k.array(k.string()),
  types: k.array(k.string()).describe('Events of its form, when not all that these become.').optional(),
  account: text('Whose mail it is told of; absent is everybody’s.').optional(),
  place: text('Up to where events were sent to it; absent when none ever was.').optional(),
  stopped: k
    .strictObject({
      at: time('Since when.'),
      because: k.enum(['gone', 'operator']).describe('It answered 410, or somebody stopped it.'),
    })
    .describe('It is told nothing until it is started.')
    .optional(),
  parked: k.int().describe('Events that it did not take and that are tried again.'),
  failingSince: time('Since when the one that waits longest is tried.').optional(),
  dropped: k
    .array(k.strictObject({ after: k.string(), through: k.string(), count: k.int(), because: k.string() }))
    .describe('What it will not be told, unless it is replayed.'),
})

const DELIVERY = {
  at: time('When it was posted.'),
  event: text('The id of the event, the same for every try.'),
  type: k.string(),
  attempt: k.int().describe('Counts from 1; 0 is a test.'),
  taken: k.boolean(),
  answer: text('`taken`, `gone`, `status 500`, or why there was no answer.'),
  tookMs: k.number(),
}

const SECRET = text('What it is signed with: `whsec_…` (Standard Webhooks).')
const MOST_LISTED = 100

type Params = Pick<Asked<never, never>, 'params'>

/** @throws V1Error 404 */
async function requireEndpoint({ params }: Params, { webhooks }: V1Ports): Promise<{ id: string; all: Webhooks }> {
  const { id = '' } = params
  const all = webhooks()
  if (!(await all.endpoints()).some(endpoint => endpoint.id === id)) throw notFound(`there is no endpoint ${id}`)
  return { id, all }
}

const CHANGING: readonly V1Route[] = [
  declare({
    method: 'POST',
    path: '/v1/webhooks',
    scope: 'admin',
    about: 'relay',
    says: 'Makes an endpoint. Its secret is in this answer, and nowhere afterwards; it is told what comes from now on.',
    body: k.strictObject({
      url: URL_TEXT,
      events: EVENTS,
      format: FORMAT.default('postrider'),
      account: text('Whose mail it is told of; without one everybody’s.').optional(),
    }),
    answers: k.strictObject({ id: k.string(), secret: SECRET }),
    hasSecrets: true,
    work: async ({ body: { url, events, format, account } }, { webhooks, findAccount }) => {
      const whose = account === undefined ? undefined : accountName(account)
      if (whose !== undefined && (await findAccount(whose)) === undefined)
        throw notFound(`there is no account ${whose}`)
      return webhooks().add({ url, events, format, ...(whose !== undefined && { account: whose }) })
    },
  }),
  declare({
    method: 'PATCH',
    path: '/v1/webhooks/:id',
    scope: 'admin',
    about: 'relay',
    says: 'Changes an endpoint that was made here: what is given of it. It goes on where it was.',
    body: k.strictObject({
      url: URL_TEXT.optional(),
      events: EVENTS.optional(),
      format: FORMAT.optional(),
      rotate: k.boolean().default(false).describe('It gets a new secret; the one before it signs beside it.'),
      endRotation: k.boolean().default(false).describe('The secret before it signs no more.'),
    }),
    answers: k.strictObject({ id: k.string(), secret: SECRET.optional() }),
    hasSecrets: true,
    work: async (asked, ports) => {
      const { id, all } = await requireEndpoint(asked, ports)
      const { url, events, format, rotate, endRotation } = asked.body
      return all.change(id, {
        rotate,
        endRotation,
        ...(url !== undefined && { url }),
        ...(events !== undefined && { events }),
        ...(format !== undefined && { format }),
      })
    },
  }),
  declare({
    method: 'DELETE',
    path: '/v1/webhooks/:id',
    scope: 'admin',
    about: 'relay',
    says: 'Takes an endpoint away that was made here, with what is kept of it.',
    answers: k.strictObject({ removed: k.string() }),
    work: async (asked, ports) => {
      const { id, all } = await requireEndpoint(asked, ports)
      return { removed: await all.remove(id) }
    },
  }),
]

const OPERATING: readonly V1Route[] = [
  declare({
    method: 'POST',
    path: '/v1/webhooks/:id/stop',
    scope: 'operate',
    about: 'relay',
    says: 'Tells an endpoint nothing until it is started, also after a restart.',
    body: k.strictObject({}),
    answers: k.strictObject({ stopped: k.boolean().describe('Whether it was told until now.') }),
    work: async (asked, ports) => {
      const { id, all } = await requireEndpoint(asked, ports)
      return { stopped: await all.stop(id) }
    },
  }),
  declare({
    method: 'POST',
    path: '/v1/webhooks/:id/start',
    scope: 'operate',
    about: 'relay',
    says: 'Tells an endpoint on from where it was stopped, within some seconds.',
    body: k.strictObject({}),
    answers: k.strictObject({ started: k.boolean().describe('Whether it was stopped.') }),
    work: async (asked, ports) => {
      const { id, all } = await requireEndpoint(asked, ports)
      return { started: await all.start(id) }
    },
  }),
  declare({
    method: 'POST',
    path: '/v1/webhooks/:id/test',
    scope: 'operate',
    about: 'relay',
    says: 'Posts an event that never was, and tells the answer.',
    body: k.strictObject({ event: k.enum(FACT_KINDS).describe('By default the first that it asks for.').optional() }),
    answers: k.strictObject(DELIVERY),
    work: async (asked, ports) => {
      const { id, all } = await requireEndpoint(asked, ports)
      return all.test(id, asked.body.event)
    },
  }),
  declare({
    method: 'POST',
    path: '/v1/webhooks/:id/replay',
    scope: 'operate',
    about: 'relay',
    says: 'Tells an endpoint again what was dropped, or a range, with the ids that the events had. Each end is a place, the id of an event, or a moment such as 2026-11-30T10:00Z.',
    body: k.strictObject({
      after: text('Events behind it.').optional(),
      through: text('Events up to it; by default as far as it was told.').optional(),
      before: text('Events up to it, without itself.').optional(),
    }),
    answers: k.strictObject({
      ranges: k.array(
        k.strictObject({
          after: k.string(),
          through: k.string(),
          events: k.int().describe('How many of them will be told again.'),
        }),
      ),
    }),
    work: async (asked, ports) => {
      const { id, all } = await requireEndpoint(asked, ports)
      return { ranges: await all.replay(id, asked.body) }
    },
  }),
]

export const WEBHOOK_ROUTES: readonly V1Route[] = [
  declare({
    method: 'GET',
    path: '/v1/webhooks',
    scope: 'read',
    about: 'relay',
    says: 'Whom the relay tells, and how far it has. What stands behind the host of an address is not shown: it often is a secret.',
    answers: k.strictObject({ webhooks: k.array(ENDPOINT) }),
    work: async (_, { webhooks }) => ({ webhooks: await webhooks().list() }),
  }),
  declare({
    method: 'GET',
    path: '/v1/webhooks/:id',
    scope: 'read',
    about: 'relay',
    says: 'One endpoint.',
    answers: ENDPOINT,
    work: async (asked, ports) => {
      const { id, all } = await requireEndpoint(asked, ports)
      return all.show(id)
    },
  }),
  declare({
    method: 'GET',
    path: '/v1/webhooks/:id/deliveries',
    scope: 'read',
    about: 'relay',
    says: 'What an endpoint answered, the newest first. Of each the newest that were taken and the newest that were not are kept.',
    query: k.strictObject({
      limit: k.int().min(1).max(MOST_LISTED).default(20),
      before: text('Those before one of this id.').optional(),
    }),
    answers: k.strictObject({
      deliveries: k.array(k.strictObject({ id: text('For the next page.'), ...DELIVERY })),
    }),
    work: async (asked, ports) => {
      const { id, all } = await requireEndpoint(asked, ports)
      return { deliveries: await all.deliveries(id, asked.query) }
    },
  }),
  ...CHANGING,
  ...OPERATING,
]
