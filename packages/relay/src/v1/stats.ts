/**
 * Stats: how many recipients had which outcome, where and how fast.
 *
 * Policy. A key of an account sees the mail of its account alone.
 */
import { COUNTED_OUTCOMES, kinds as k, STATISTICS_KEYS } from '@postrider/core'
import { accountFor } from './messages.ts'
import { text, time } from './shapes.ts'
import { declare, type V1Route } from './v1-route.ts'

const COUNTS = k
  .strictObject({
    accepted: k.int(),
    delivered: k.int(),
    deferred: k.int().describe('Attempts: one that is deferred again counts again.'),
    bounced: k.int(),
    expired: k.int(),
    suppressed: k.int(),
    complained: k.int(),
  })
  .describe('Recipients by outcome.')
const LATENCY = k
  .strictObject({
    p50Ms: k.int(),
    p95Ms: k.int(),
    p99Ms: k.int(),
    buckets: k.array(k.strictObject({ withinMs: k.int().optional(), recipients: k.int() })),
  })
  .describe('From acceptance to the 250 of the receiver; absent when nothing was delivered.')
const PART = { counts: COUNTS, latency: LATENCY.optional() }

export const STATS_ROUTES: readonly V1Route[] = [
  declare({
    method: 'GET',
    path: '/v1/stats',
    scope: 'read',
    about: 'own',
    says: 'How many recipients had which outcome, where and how fast. Hours and days are those of UTC; hours are kept for three days, days for 400.',
    query: k.strictObject({
      from: time('Counted in this hour or later; by default 24 hours before `to`.').optional(),
      to: time('Counted before this moment; its hour counts whole. By default now.').optional(),
      by: k.enum(STATISTICS_KEYS).default('hour').describe('What has a row of its own.'),
      site: text('Only what went to this mail site.').optional(),
      account: text('Only mail of this account.').optional(),
      limit: k.int().min(1).max(1000).default(200).describe('At most so many sites or accounts, the largest.'),
    }),
    answers: k.strictObject({
      from: time('The first hour that counts.'),
      to: time('The end of the last.'),
      by: k.enum(STATISTICS_KEYS),
      total: k.strictObject(PART),
      rows: k
        .array(
          k.strictObject({
            at: time('By hour or day: where it begins.').optional(),
            step: k.enum(['hour', 'day']).describe('By hour: a day, where its hours are not kept any more.').optional(),
            site: text('By site; `none` for what has none, `other` for the small ones.').optional(),
            account: text('By account; empty for mail of none.').optional(),
            outcome: k.enum(COUNTED_OUTCOMES).describe('By outcome.').optional(),
            ...PART,
          }),
        )
        .describe('By hour and day in their order, by site and account the largest first. What would be 0 has no row.'),
    }),
    work: async ({ query: { from, to, by, site, account, limit }, caller }, { mailer }) => {
      const whose = accountFor(account, caller)
      return mailer.stats({
        by,
        limit,
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        ...(site !== undefined && { site }),
        ...(whose !== undefined && { account: whose }),
      })
    },
  }),
]
