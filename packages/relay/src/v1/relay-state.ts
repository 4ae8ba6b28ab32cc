/**
 * RelayState: the relay itself: whether it takes mail, what it is, whom it tells, its configuration read again; and what comes to it from
 * mail hosts: feedback reports, and how TLS went.
 */
import { kinds as k } from '@postrider/core'
import { openApi } from './open-api.ts'
import { QUEUE_ID, text } from './shapes.ts'
import { notFound } from './v1-error.ts'
import { declare, declareOctets, type V1Route } from './v1-route.ts'

const FEEDBACK = ['complained', 'known', 'no-complaint', 'unknown-message', 'unknown-recipient'] as const

/** @param routes all of them */
export function documentRoute(routes: () => readonly V1Route[]): V1Route {
  return declare({
    method: 'GET',
    path: '/v1/openapi.json',
    scope: 'any',
    about: 'own',
    says: 'This document.',
    answers: k.looseObject({ openapi: k.string() }),
    work: async () => openApi(routes()),
  })
}

export const RELAY_STATE_ROUTES: readonly V1Route[] = [
  declare({
    method: 'GET',
    path: '/v1/version',
    scope: 'any',
    about: 'own',
    says: 'What this is.',
    answers: k.strictObject({ name: k.string(), version: k.string() }),
    work: async (_, { version }) => ({ name: 'postrider', version }),
  }),
  declare({
    method: 'GET',
    path: '/v1/health',
    scope: 'read',
    about: 'relay',
    says: 'Whether mail would be accepted now, and what is missing.',
    answers: k.strictObject({
      ready: k.boolean(),
      checks: k.array(k.strictObject({ name: k.string(), ok: k.boolean(), detail: k.string() })),
    }),
    work: async (_, { readiness }) => readiness(),
  }),
  declare({
    method: 'GET',
    path: '/v1/webhooks',
    scope: 'read',
    about: 'relay',
    says: 'Whom the relay tells, and how far it has. What stands behind the host of an address is not shown: it often is a secret.',
    answers: k.strictObject({
      webhooks: k.array(
        k.strictObject({
          id: k.string(),
          endpoint: text('Scheme, host and port.'),
          events: k.array(k.string()),
          place: text('Up to where it has been told; absent when it was never told anything.').optional(),
          parked: k.int().describe('Events that it did not take and that are tried again.'),
          dropped: k
            .array(k.strictObject({ after: k.string(), through: k.string(), count: k.int(), because: k.string() }))
            .describe('What it will not be told, unless it is replayed.'),
        }),
      ),
    }),
    work: async (_, { webhooks }) => ({ webhooks: await webhooks().list() }),
  }),
  declare({
    method: 'POST',
    path: '/v1/webhooks/:id/replay',
    scope: 'operate',
    about: 'relay',
    says: 'Tells an endpoint again what was dropped, or a range, with the ids that the events had.',
    body: k.strictObject({
      after: text('Events behind this place or event id.').optional(),
      through: text('Events up to this place or event id; by default as far as it was told.').optional(),
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
    work: async ({ params: { id = '' }, body: { after, through } }, { webhooks }) => {
      if (!(await webhooks().list()).some(endpoint => endpoint.id === id)) throw notFound(`there is no endpoint ${id}`)
      const typed = { ...(after !== undefined && { after }), ...(through !== undefined && { through }) }
      return { ranges: await webhooks().replay(id, typed) }
    },
  }),
  declare({
    method: 'POST',
    path: '/v1/reload',
    scope: 'admin',
    about: 'relay',
    says: 'Reads the configuration again, as SIGHUP does. What cannot be used is refused, and all stays as it was.',
    body: k.strictObject({}),
    answers: k.strictObject({
      told: k.array(k.string()).describe('What was made, and what to publish.'),
      needsRestart: k.array(k.string()).describe('Options that differ and need a restart.'),
    }),
    work: async (_, { reload }) => {
      const { told, needsRestart } = await reload()
      return { told, needsRestart }
    },
  }),
  declareOctets({
    method: 'POST',
    path: '/v1/feedback',
    scope: 'operate',
    about: 'relay',
    says: 'Takes a feedback report (ARF, RFC 5965) as it came by mail.',
    query: k.strictObject({
      suppress: k.boolean().default(true).describe('Whether the recipient is not mailed any more.'),
    }),
    body: { type: 'message/rfc822' },
    answers: k.strictObject({
      type: text('What the report calls itself.'),
      result: k.enum(FEEDBACK),
      messageId: QUEUE_ID.optional(),
      recipient: k.string().optional(),
    }),
    work: async ({ body, query }, { mailer }) => mailer.feedback(body, query),
  }),
  declare({
    method: 'GET',
    path: '/v1/tls',
    scope: 'read',
    about: 'relay',
    says: 'What sessions showed of TLS in the last days, and what became of the reports (RFC 8460).',
    query: k.strictObject({
      days: k.int().min(1).max(366).default(7),
      domain: k.string().optional(),
      limit: k.int().min(1).max(10_000).default(1000),
    }),
    answers: k.strictObject({
      days: k.array(k.looseObject({ day: k.int().describe('Days since 1970, UTC.'), domain: k.string() })),
    }),
    work: async ({ query: { days, domain, limit } }, { mailer }) => ({
      days: await mailer.tlsResults({ days, limit, ...(domain !== undefined && { domain }) }),
    }),
  }),
]
