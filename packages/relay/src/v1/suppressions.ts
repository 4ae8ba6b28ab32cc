/**
 * Suppressions: the list of addresses that are not mailed: looked at, added to, lifted, taken in and given out.
 *
 * Policy. The list is the relay's, for all its accounts together. A list that is taken in is as long as a body may be; a line that is
 * wrong is told and left out, and the others count.
 */
import { kinds as k, type NewSuppression, parseAddress, suppressionText } from '@postrider/core'
import { ADDRESS, QUEUE_ID, text, time } from './shapes.ts'
import { toldTo } from './told.ts'
import { busy, notFound } from './v1-error.ts'
import { declare, declareOctets, type V1Ports, type V1Route } from './v1-route.ts'

const ORIGIN = k.enum(['bounce', 'complaint', 'unsubscribe', 'manual']).describe('What led to it.')
const PAGE = 1000
/** So many wrong lines are told one by one. */
const TOLD = 20

const SUPPRESSION = k.strictObject({
  address: k.string(),
  origin: ORIGIN,
  rule: text('What decided.'),
  detail: text('What later messages to it are told.'),
  since: time('Since when.'),
  until: time('Until when.'),
  messageId: QUEUE_ID.describe('The message that led to it.').optional(),
  note: text('Why, in the words of who added it.').optional(),
})

const NEW = k.strictObject({
  address: ADDRESS,
  note: k.string().max(500).optional(),
  origin: ORIGIN.optional(),
  until: time('Until when; by default until it is lifted.').optional(),
})

async function* csv({ mailer }: V1Ports): AsyncGenerator<string> {
  const { SUPPRESSION_COLUMNS, suppressionLine } = await suppressionText()
  yield `${SUPPRESSION_COLUMNS.join(',')}\r\n`
  for await (const entry of mailer.suppressions.all()) yield `${suppressionLine(entry)}\r\n`
}

async function* jsonLines({ mailer }: V1Ports): AsyncGenerator<string> {
  for await (const entry of mailer.suppressions.all()) yield `${JSON.stringify(entry)}\n`
}

/** Read as fast as it is taken, page by page. */
function streamOf(lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream(
    {
      pull: async controller => {
        const { done, value } = await lines.next()
        if (done) controller.close()
        else controller.enqueue(encoder.encode(value))
      },
      cancel: async () => {
        await lines.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

async function takeIn(body: Uint8Array, { mailer, clock }: V1Ports) {
  const { suppressionReader } = await suppressionText()
  const read = suppressionReader()
  const problems: string[] = []
  let wrong = 0
  const refuse = (line: number, problem: string): void => {
    if (wrong++ < TOLD) problems.push(`line ${line}: ${problem}`)
  }
  function* entries(): Generator<NewSuppression> {
    let number = 0
    for (const line of linesOf(body)) {
      number++
      const found = read(line)
      if (found === undefined) continue
      const address = 'problem' in found ? found : parseAddress(found.address)
      if ('problem' in address) refuse(number, address.problem)
      else if (!('problem' in found) && (found.until ?? Infinity) > clock.now()) yield found
    }
  }
  return { added: await mailer.suppressions.addMany(entries()), leftOut: wrong, problems }
}

function* linesOf(body: Uint8Array): Generator<string> {
  const decoder = new TextDecoder()
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf(0x0a, at)
    const stop = end < 0 ? body.length : end
    yield decoder.decode(body.subarray(at, stop)).replace(/\r$/, '')
    at = stop + 1
  }
}

export const SUPPRESSION_ROUTES: readonly V1Route[] = [
  declare({
    method: 'GET',
    path: '/v1/suppressions',
    scope: 'read',
    about: 'relay',
    says: 'Addresses that are not mailed, by address.',
    query: k.strictObject({
      origin: ORIGIN.optional(),
      limit: k.int().min(1).max(PAGE).default(100),
      after: text('The last address of the page before.').optional(),
    }),
    answers: k.strictObject({ suppressions: k.array(SUPPRESSION), next: k.string().optional() }),
    work: async ({ query: { origin, limit, after }, request }, { mailer }) => {
      const filter = { limit, ...(origin !== undefined && { origin }), ...(after !== undefined && { after }) }
      const suppressions = await mailer.suppressions.list(filter)
      return toldTo(request, retell => ({
        suppressions: suppressions.map(each => ({ ...each, detail: retell(each.detail) })),
        ...(suppressions.length === limit && { next: suppressions.at(-1)?.address }),
      }))
    },
  }),
  declare({
    method: 'GET',
    path: '/v1/suppressions/export',
    scope: 'read',
    about: 'relay',
    says: 'The whole list, as CSV or as JSON lines.',
    query: k.strictObject({ format: k.enum(['csv', 'json']).default('csv') }),
    answers: { type: 'text/csv' },
    work: async ({ query }, ports) =>
      query.format === 'csv'
        ? { status: 200, type: 'text/csv; charset=utf-8', body: streamOf(csv(ports)) }
        : { status: 200, type: 'application/x-ndjson', body: streamOf(jsonLines(ports)) },
  }),
  declareOctets({
    method: 'POST',
    path: '/v1/suppressions/import',
    scope: 'operate',
    about: 'relay',
    says: 'Adds a list: CSV, whose first line may name the columns, or JSON lines.',
    body: { type: 'text/csv' },
    answers: k.strictObject({
      added: k.int(),
      leftOut: k.int().describe('Lines that are wrong.'),
      problems: k.array(k.string()).describe(`What is wrong with the first ${TOLD} of them.`),
    }),
    work: async ({ body }, ports) => takeIn(body, ports),
  }),
  declare({
    method: 'GET',
    path: '/v1/suppressions/:address',
    scope: 'read',
    about: 'relay',
    says: 'Why an address is not mailed.',
    answers: SUPPRESSION,
    work: async ({ params }, { mailer }) => {
      const found = await mailer.suppressions.find(params.address ?? '')
      if (found === undefined) throw notFound(`${params.address} is not suppressed`)
      return found
    },
  }),
  declare({
    method: 'POST',
    path: '/v1/suppressions',
    scope: 'operate',
    about: 'relay',
    says: 'Keeps an address from being mailed.',
    body: NEW,
    answers: SUPPRESSION,
    work: async ({ body: { address, note, origin, until } }, { mailer }) => {
      const more = {
        ...(note !== undefined && { note }),
        ...(origin !== undefined && { origin }),
        ...(until !== undefined && { until }),
      }
      await mailer.suppressions.add({ address, ...more })
      const added = await mailer.suppressions.find(address)
      if (added === undefined) throw busy('it was lifted at the same moment', 1)
      return added
    },
  }),
  declare({
    method: 'DELETE',
    path: '/v1/suppressions/:address',
    scope: 'operate',
    about: 'relay',
    says: 'Lets an address be mailed again.',
    answers: k.strictObject({ lifted: k.string() }),
    work: async ({ params: { address = '' } }, { mailer }) => {
      if (await mailer.suppressions.remove(address)) return { lifted: address }
      throw notFound(`${address} is not suppressed`)
    },
  }),
]
