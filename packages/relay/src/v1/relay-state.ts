/**
 * RelayState: the relay itself: whether it takes mail, what it is, its configuration read again; and what comes to it from
 * mail hosts: feedback reports, and how TLS went.
 */
import { type AnyShape, kinds as k } from '@postrider/core'
import { openApi } from './open-api.ts'
import { QUEUE_ID, text } from './shapes.ts'
import { declare, declareOctets, type V1Route } from './v1-route.ts'

const FEEDBACK = ['complained', 'known', 'no-complaint', 'unknown-message', 'unknown-recipient'] as const

const REPORTS = ['returned', 'complaint', 'auto-reply', 'unsubscribe', 'dmarc', 'tls', 'other'] as const
const PROOFS = ['valid', 'none', 'foreign', 'expired'] as const

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

const SHARE = { messages: k.int(), aligned: k.int().describe('Of these, as DMARC sees it.') }
const OURS = k.strictObject(SHARE).describe('What came from addresses of ours.')

/** Of one domain. */
const DMARC_DOMAIN: AnyShape = k.strictObject({
  domain: k.string(),
  policy: text('As the newest report saw it.'),
  reports: k.int(),
  days: k.int().describe('From the first day of which there is a report to the last.'),
  ...SHARE,
  ours: OURS,
  reporters: k.array(k.strictObject({ reporter: k.string(), ...SHARE, ours: OURS })),
  sources: k.array(
    k.strictObject({
      source: text('Empty for what was summed for want of room.'),
      kind: k.enum(['ours', 'forwarder', 'stranger']),
      ...SHARE,
      dkim: k.int(),
      spf: k.int(),
      refused: k.int(),
      reporters: k.int(),
    }),
  ),
  advice: k.enum(['wait', 'mend', 'name', 'raise', 'stay']),
  next: k.enum(['quarantine', 'reject']).optional(),
})

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
  declareOctets({
    method: 'POST',
    path: '/v1/reports',
    scope: 'operate',
    about: 'relay',
    says: 'Takes a mail that tells about mail: a bounce, a complaint, an answer, an unsubscribing mail, a DMARC or TLS report.',
    query: k.strictObject({
      to: k
        .string()
        .optional()
        .describe('The address it came to: only with a return address of ours anything follows.'),
    }),
    body: { type: 'message/rfc822' },
    answers: k.looseObject({
      kind: k.enum(REPORTS),
      proof: k.enum(PROOFS).describe('Whether the address it came to is one that we made.'),
      messageId: QUEUE_ID.optional(),
      recipients: k.array(
        k.looseObject({
          recipient: k.string(),
          result: k.enum(['recorded', 'known', 'none']),
          suppressed: k.boolean().describe('It is not mailed any more.'),
        }),
      ),
      because: text('Why nothing could be made of it.').optional(),
    }),
    work: async ({ body, query: { to } }, { mailer }) => mailer.takeReport(body, to === undefined ? {} : { to }),
  }),
  declare({
    method: 'GET',
    path: '/v1/dmarc',
    scope: 'read',
    about: 'relay',
    says: 'What receivers reported of mail in the name of our domains (DMARC): who passes, who else sends, and what to do next.',
    query: k.strictObject({
      days: k.int().min(1).max(400).default(30),
      domain: k.string().optional(),
    }),
    answers: k.strictObject({ domains: k.array(DMARC_DOMAIN) }),
    work: async ({ query: { days, domain } }, { mailer }) => ({
      domains: await mailer.dmarc({ days, ...(domain !== undefined && { domain }) }),
    }),
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
