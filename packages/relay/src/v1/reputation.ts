/**
 * Reputation: how our addresses and senders stand with mail sites: what rests and why, what was learnt, how much of the day is used.
 *
 * Policy. It names the senders of everyone, so that it is about the relay and no account's.
 */
import { kinds as k } from '@postrider/core'
import { text, time } from './shapes.ts'
import { retoldBecause, toldTo } from './told.ts'
import { declare, type V1Route } from './v1-route.ts'

const REST = k.strictObject({ since: time('Since when.'), until: time('Until when.'), because: text('What it said.') })
const LEARNT = k.strictObject({
  until: time('Until when that is believed.'),
  connections: k.int().describe('At once.').optional(),
  messagesPerConnection: k.int().optional(),
})
const WARM_UP = k
  .strictObject({
    cap: k
      .int()
      .describe('Recipients that this day (UTC) may have for the first time; absent without a cap.')
      .optional(),
    used: k.int().describe('Tried for the first time today.'),
    deferred: k.int().describe('Of those, told to come back for our volume or reputation.'),
    refused: k.int().describe('Of those, refused for our reputation.'),
    roomNow: k.int().describe('How many more may go in this hour; absent without a cap.').optional(),
    trend: k.enum(['begun', 'raised', 'held', 'lowered', 'ended']).describe('What the day before led to.'),
    sendingDays: k.int().describe('Days on which at least half of the cap was used.'),
    complaints: k.int().describe('Of the last days, fading.'),
  })
  .describe('How an address or a sender grows with a large provider.')

export const REPUTATION_ROUTES: readonly V1Route[] = [
  declare({
    method: 'GET',
    path: '/v1/reputation',
    scope: 'read',
    about: 'relay',
    says: 'How our addresses and senders stand with mail sites: what rests and why, what was learnt, how much of the day is used.',
    query: k.strictObject({ site: text('Only this mail site, such as google.').optional() }),
    answers: k.strictObject({
      reputation: k.array(
        k.strictObject({
          site: text('The mail site.'),
          of: k.enum(['site', 'source', 'sender', 'signer', 'link', 'message-id']).describe('What of ours.'),
          name: text('Which one.'),
          rest: REST.optional(),
          learnt: LEARNT.optional(),
          warmUp: WARM_UP.optional(),
        }),
      ),
    }),
    work: async ({ query, request }, { mailer }) => {
      const rows = await mailer.queue.reputation()
      const wanted = rows.filter(({ site }) => query.site === undefined || query.site === site)
      return toldTo(request, retell => ({
        reputation: wanted.map(row =>
          row.rest === undefined ? row : { ...row, rest: retoldBecause(row.rest, retell) },
        ),
      }))
    },
  }),
]
