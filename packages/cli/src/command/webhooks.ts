/**
 * webhooks: how far each endpoint of the relay has been told, and telling it again what it missed.
 *
 * Policy. A running relay tells what is replayed within some seconds, with the ids that the events had before.
 *
 * Not here: which endpoints there are (relay.webhooks).
 */

import type { EndpointState, Replayed, WebhookReplay } from '@postrider/relay'
import { say } from '../language/commands.ts'
import { EXIT, type ExitCode, table, writeJson } from '../terminal/index.ts'
import { type Command, type Context, type Input, textFlag } from './command.ts'
import { openMailerWith, readOptions } from './mailer.ts'

export const webhooks: Command = {
  name: 'webhooks',
  summary: 'See how far endpoints were told, and tell them again what they missed.',
  examples: ['postrider webhooks list', 'postrider webhooks replay https://hooks.example.com'],
  subcommands: [
    {
      name: 'list',
      summary: 'One line for each endpoint: how far it was told, what waits, what was dropped.',
      examples: ['postrider webhooks list', 'postrider webhooks list --json'],
      run: list,
    },
    {
      name: 'replay',
      summary: 'Tell an endpoint again what was dropped, or a range; with the ids that the events had.',
      args: [
        {
          form: '<endpoint>',
          says: 'its id, as `postrider webhooks list` shows it, its URL, or scheme and host of it',
        },
      ],
      flags: [
        { form: '--after <place>', says: 'events behind this place or event id (default: what was dropped)' },
        { form: '--through <place>', says: 'events up to this place or event id (default: as far as it was told)' },
      ],
      examples: [
        'postrider webhooks replay https://hooks.example.com',
        'postrider webhooks replay https://hooks.example.com --after 0000000000004711 --through 0000000000004800',
      ],
      run: replay,
    },
  ],
}

async function list(input: Input, context: Context): Promise<ExitCode> {
  return withWebhooks(input, context, async it => {
    const all = await it.list()
    if (context.json) for (const each of all) writeJson(context.out, each)
    else if (all.length === 0) context.out.write(`${say('webhooks.none')}\n`)
    else
      context.out.write(
        `${table(['id', 'endpoint', say('webhooks.told-up-to'), 'waiting', 'dropped'], all.map(row))}\n`,
      )
    return EXIT.ok
  })
}

async function replay(input: Input, context: Context): Promise<ExitCode> {
  const [after, through] = [textFlag(input, 'after'), textFlag(input, 'through')]
  return withWebhooks(input, context, async it => {
    const ranges = await it.replay(input.args[0] ?? '', {
      ...(after === undefined ? {} : { after }),
      ...(through === undefined ? {} : { through }),
    })
    if (context.json) for (const each of ranges) writeJson(context.out, each)
    else if (ranges.length === 0) context.out.write(`${say('webhooks.nothing-dropped')}\n`)
    else for (const each of ranges) context.out.write(`${rangeText(each)}\n`)
    return EXIT.ok
  })
}

async function withWebhooks(
  input: Input,
  context: Context,
  work: (webhooks: WebhookReplay) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { openWebhookReplay } = await import('@postrider/relay')
  const config = await readOptions(input, context)
  const mailer = await openMailerWith(config, 'look', context.seams)
  try {
    const { webhooks, close } = await openWebhookReplay(config, mailer)
    return await work(webhooks).finally(close)
  } finally {
    await mailer.close()
  }
}

function row({ id, endpoint, place, parked, dropped }: EndpointState): string[] {
  const lost = dropped.reduce((sum, { count }) => sum + count, 0)
  return [id, endpoint, place ?? 'nothing yet', String(parked), String(lost)]
}

function rangeText({ after, through, events }: Replayed): string {
  return say('webhooks.range', { after, through, count: events })
}
