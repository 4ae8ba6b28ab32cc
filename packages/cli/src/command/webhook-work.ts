/**
 * WebhookWork: what the commands of `postrider webhooks` do, on the store that the relay reads.
 *
 * Not here: what they are called (webhooks.ts).
 */
import type { DurableFact } from '@postrider/core'
import type { EndpointState, LoggedDelivery, RelayConfig, Replayed, Webhooks } from '@postrider/relay'
import { say } from '../language/commands.ts'
import { columns, word } from '../language/words.ts'
import { EXIT, type ExitCode, table, writeJson } from '../terminal/index.ts'
import { type Context, type Input, listFlag, textFlag, UsageError } from './command.ts'
import { wholeNumberFlag } from './flag-values.ts'
import { knownAccount } from './key.ts'
import { openMailerWith, readOptions } from './mailer.ts'

type Kind = DurableFact['kind']
type Work = (webhooks: Webhooks, config: RelayConfig) => Promise<ExitCode>

const MOST_LISTED = 1000
const USUAL_LISTED = 100

export async function list(input: Input, context: Context): Promise<ExitCode> {
  return withWebhooks(input, context, async it => {
    const all = await it.list()
    if (context.json) for (const each of all) writeJson(context.out, each)
    else if (all.length === 0) context.out.write(`${say('webhooks.none')}\n`)
    else
      context.out.write(
        `${table(columns('id', 'endpoint', 'state', 'told-up-to', 'waiting', 'dropped'), all.map(row))}\n`,
      )
    return EXIT.ok
  })
}

export async function add(input: Input, context: Context): Promise<ExitCode> {
  const [kinds, format] = [await kindsOf(input), await formatOf(input)]
  const account = textFlag(input, 'account')
  if (kinds.length === 0) throw new UsageError(say('usage.events'))
  return withWebhooks(input, context, async (it, config) => {
    const name = account === undefined ? undefined : await knownAccount(config, account)
    if (account !== undefined && name === undefined) throw new UsageError(say('key.no-account', { account }))
    const of = name === undefined ? {} : { account: name }
    return tell(
      context,
      await it.add({ url: input.args[0] ?? '', events: kinds, format: format ?? 'postrider', ...of }),
    )
  })
}

export async function change(input: Input, context: Context): Promise<ExitCode> {
  const [kinds, format] = [await kindsOf(input), await formatOf(input)]
  const url = textFlag(input, 'url')
  return withWebhooks(input, context, async it => {
    const changes = {
      rotate: input.flags.rotate === true,
      endRotation: input.flags.endRotation === true,
      ...(kinds.length > 0 && { events: kinds }),
      ...(format !== undefined && { format }),
      ...(url !== undefined && { url }),
    }
    const { id, secret } = await it.change(input.args[0] ?? '', changes)
    return tell(context, { changed: id, ...(secret !== undefined && { secret }) })
  })
}

export async function remove(input: Input, context: Context): Promise<ExitCode> {
  return withWebhooks(input, context, async it => tell(context, { removed: await it.remove(input.args[0] ?? '') }))
}

export async function stop(input: Input, context: Context): Promise<ExitCode> {
  return withWebhooks(input, context, async it => {
    const { id } = await it.find(input.args[0] ?? '')
    return tell(context, { id, stopped: await it.stop(id) })
  })
}

export async function start(input: Input, context: Context): Promise<ExitCode> {
  return withWebhooks(input, context, async it => {
    const { id } = await it.find(input.args[0] ?? '')
    return tell(context, { id, started: await it.start(id) })
  })
}

export async function test(input: Input, context: Context): Promise<ExitCode> {
  const [kind] = await kindsOf(input)
  return withWebhooks(input, context, async it => {
    const delivery = await it.test(input.args[0] ?? '', kind)
    const { type, answer, tookMs } = delivery
    if (context.json) writeJson(context.out, delivery)
    else context.out.write(`${say('webhooks.tested', { type, answer, ms: Math.round(tookMs) })}\n`)
    return delivery.taken ? EXIT.ok : EXIT.failed
  })
}

export async function deliveries(input: Input, context: Context): Promise<ExitCode> {
  const limit = wholeNumberFlag(input, 'limit', { least: 1, most: MOST_LISTED }) ?? USUAL_LISTED
  return withWebhooks(input, context, async it => {
    const all = await it.deliveries(input.args[0] ?? '', { limit, before: textFlag(input, 'before') })
    if (context.json) for (const each of all) writeJson(context.out, each)
    else if (all.length === 0) context.out.write(`${say('webhooks.no-deliveries')}\n`)
    else context.out.write(`${table(columns('when', 'event', 'attempts', 'answer'), all.map(deliveryRow))}\n`)
    return EXIT.ok
  })
}

export async function replay(input: Input, context: Context): Promise<ExitCode> {
  const typed = {
    after: textFlag(input, 'after'),
    through: textFlag(input, 'through'),
    before: textFlag(input, 'before'),
  }
  return withWebhooks(input, context, async it => {
    const ranges = await it.replay(input.args[0] ?? '', typed)
    if (context.json) for (const each of ranges) writeJson(context.out, each)
    else if (ranges.length === 0) context.out.write(`${say('webhooks.nothing-dropped')}\n`)
    else for (const each of ranges) context.out.write(`${rangeText(each)}\n`)
    return EXIT.ok
  })
}

async function withWebhooks(input: Input, context: Context, work: Work): Promise<ExitCode> {
  const { openWebhooks } = await import('@postrider/relay')
  const config = await readOptions(input, context)
  const mailer = await openMailerWith(config, 'look', context.seams)
  try {
    const { webhooks, close } = await openWebhooks(config, mailer)
    return await work(webhooks, config).finally(close)
  } finally {
    await mailer.close()
  }
}

async function kindsOf(input: Input): Promise<readonly Kind[]> {
  const { WEBHOOK_EVENTS } = await import('@postrider/relay')
  const typed = listFlag(input, 'event')
  for (const kind of typed)
    if (!WEBHOOK_EVENTS.includes(kind as Kind))
      throw new UsageError(say('usage.event', { event: kind, events: WEBHOOK_EVENTS }))
  return typed as readonly Kind[]
}

async function formatOf(input: Input) {
  const { WEBHOOK_FORMATS } = await import('@postrider/relay')
  const typed = textFlag(input, 'format')
  const known = WEBHOOK_FORMATS.find(format => format === typed)
  if (typed !== undefined && known === undefined)
    throw new UsageError(say('usage.format', { format: typed, formats: WEBHOOK_FORMATS }))
  return known
}

function tell(context: Context, told: Readonly<Record<string, string | boolean>>): ExitCode {
  if (context.json) writeJson(context.out, told)
  else
    for (const [name, value] of Object.entries(told))
      context.out.write(`${word('pair', { name, value: String(value) })}\n`)
  return EXIT.ok
}

function row({ id, endpoint, stopped, place, parked, dropped }: EndpointState): string[] {
  const lost = dropped.reduce((sum, { count }) => sum + count, 0)
  const state = stopped === undefined ? 'state.told' : stopped.because === 'gone' ? 'state.gone' : 'state.stopped'
  return [id, endpoint, word(state), place ?? word('nothing-yet'), String(parked), String(lost)]
}

function deliveryRow({ at, type, attempt, answer }: LoggedDelivery): string[] {
  return [new Date(at).toISOString(), type, String(attempt), answer]
}

function rangeText({ after, through, events }: Replayed): string {
  return say('webhooks.range', { after, through, count: events })
}
