/**
 * Queue: how much waits, which mail sites rest, and many messages held, released, tried or taken back at once.
 *
 * Policy. What is about everything says so (`all`), so that a filter that was forgotten is not the whole queue. A dry run counts what a
 * change would be about and changes nothing. The key of an account reaches the mail of its account alone, whatever the filter.
 *
 * Not here: one message (messages.ts).
 */
import { kinds as k, type Mailer, type QueueFilter, type QueueId } from '@postrider/core'
import { countsOf, type Found, findMessage, mailersOf } from './mailers.ts'
import { type AskedFilter, BY_API, filterFor, MESSAGE_FILTER } from './messages.ts'
import { REPUTATION_ROUTES } from './reputation.ts'
import { QUEUE_ID, text, time } from './shapes.ts'
import { retoldBecause, toldTo } from './told.ts'
import { invalid } from './v1-error.ts'
import { declare, type V1Ports, type V1Route } from './v1-route.ts'

const PAGE = 1000
/** The busiest of them. */
const MOST_SITES = 1000
/** More than this is told as "more than". */
const MOST_COUNTED = 100_000

const ACTS = {
  hold: 'Keeps messages from being delivered until they are released.',
  release: 'Lets held messages go on.',
  retry: 'Makes what waits due now. What waits for a mail site that rests goes when its rest ends.',
  cancel: 'Takes messages back; what is being delivered at this moment is not touched.',
} as const
type Act = keyof typeof ACTS

const act = (name: Act): V1Route =>
  declare({
    method: 'POST',
    path: `/v1/queue/${name}`,
    scope: 'operate',
    about: 'own',
    says: ACTS[name],
    body: k.strictObject({
      ids: k.array(QUEUE_ID).min(1).max(PAGE).optional(),
      filter: MESSAGE_FILTER.optional(),
      all: k.boolean().optional().describe('Everything, when neither ids nor a filter are given.'),
      dryRun: k.boolean().default(false).describe('Counts, and changes nothing.'),
      ...(name === 'hold' && { because: text('Kept in their history.').default(BY_API) }),
    }),
    answers: k.strictObject({
      messages: k.int().describe('How many were changed, or in a dry run would be looked at.'),
      dryRun: k.boolean(),
      more: k.boolean().optional().describe(`A dry run that stopped counting at ${MOST_COUNTED}.`),
    }),
    work: async ({ body, caller }, ports) => {
      const { ids, all, dryRun } = body
      const given = (body.filter ?? {}) as AskedFilter
      const chosen = [ids !== undefined, Object.keys(given).length > 0, all === true].filter(Boolean)
      if (chosen.length !== 1)
        throw invalid({
          where: 'the body',
          found: `${chosen.length} of ids, filter and all`,
          wanted: 'one of them',
          fix: 'name ids, give a filter, or say all: true',
        })
      const filter = filterFor(given, caller)
      const own = ids === undefined ? undefined : await ownOf(ids as QueueId[], caller.account?.name, ports)
      const mailers = await mailersOf(ports)
      if (dryRun) return { dryRun, ...(own === undefined ? await count(filter, mailers) : { messages: own.length }) }
      const because = (body as { readonly because?: string }).because ?? BY_API
      const change = ({ queue }: Mailer, which: QueueId | typeof filter): Promise<number> =>
        name === 'hold' ? queue.hold(which, because) : queue[name](which)
      let messages = 0
      if (own === undefined) for (const mailer of mailers) messages += await change(mailer, filter)
      else for (const { mailer, entry } of own) messages += await change(mailer, entry.id)
      return { dryRun, messages }
    },
  })

/** Those that are there and the caller's: of others it is as if there were none. */
async function ownOf(ids: readonly QueueId[], account: string | undefined, ports: V1Ports): Promise<Found[]> {
  const own: Found[] = []
  for (const id of new Set(ids)) {
    const found = await findMessage(id, ports)
    if (found !== undefined && (account === undefined || found.entry.account === account)) own.push(found)
  }
  return own
}

async function count(filter: QueueFilter, mailers: readonly Mailer[]) {
  let messages = 0
  for (const { queue } of mailers) {
    let after: QueueId | undefined
    for (;;) {
      const page = await queue.list({ ...filter, limit: PAGE, ...(after === undefined ? {} : { after }) })
      messages += page.length
      if (messages >= MOST_COUNTED) return { messages, more: true }
      if (page.length < PAGE) break
      after = page.at(-1)?.id
    }
  }
  return { messages }
}

export const QUEUE_ROUTES: readonly V1Route[] = [
  declare({
    method: 'GET',
    path: '/v1/queue',
    scope: 'read',
    about: 'relay',
    says: 'How much waits, as it was some seconds ago.',
    answers: k.strictObject({
      messages: k.int(),
      recipients: k.int().describe('Open ones.'),
      due: k.int().describe('Messages for a domain that could be delivered now.'),
      running: k.int().describe('Messages for a domain that are being delivered.'),
      held: k.int().describe('Messages on hold.'),
      oldestAcceptedAt: time('Of the oldest.').optional(),
    }),
    work: async (_, ports) => countsOf(ports),
  }),
  declare({
    method: 'GET',
    path: '/v1/sites',
    scope: 'read',
    about: 'relay',
    says: 'Mail sites that get nothing for now, the longest rest first; and those that this relay delivers to, with how many deliveries at once each bears just now, the busiest first.',
    answers: k.strictObject({
      paused: k.array(
        k.strictObject({
          site: text('The set of mail hosts.'),
          source: text('Which of our addresses.').optional(),
          since: time('Since when.'),
          until: time('Until when.'),
          because: text('What it said.'),
        }),
      ),
      sites: k.array(
        k.strictObject({
          site: text('The set of mail hosts.'),
          source: text('Which of our addresses.').optional(),
          domains: k.int().describe('Domains that were seen to lead there.'),
          window: k.int().describe('Deliveries at once that it bears just now.'),
          limit: k.int().describe('As wide as the window may become.'),
          running: k.int().describe('Deliveries under way.'),
          waiting: k.int().describe('Deliveries that wait for room.'),
          pausedUntil: time('It rests until then.').optional(),
        }),
      ),
    }),
    work: async ({ request }, { mailer }) => {
      const [paused, lanes] = await Promise.all([mailer.queue.pausedSites(), mailer.queue.lanes()])
      return toldTo(request, retell => ({
        paused: paused.map(pause => retoldBecause(pause, retell)),
        sites: lanes.slice(0, MOST_SITES),
      }))
    },
  }),
  ...REPUTATION_ROUTES,
  ...(Object.keys(ACTS) as Act[]).map(act),
]
