/**
 * webhooks: the endpoints of the relay: shown, made, changed, stopped, tried, and told again what they missed.
 *
 * Policy. A running relay sees a change, and tells what is replayed, within some seconds, with the ids that the events had before. An
 * endpoint of the configuration is changed there. A secret is printed when it is made, and not again.
 *
 * Not here: what the commands do (webhook-work.ts).
 */
import type { Command } from './command.ts'
import * as work from './webhook-work.ts'

const ENDPOINT = {
  form: '<endpoint>',
  says: 'its id, as `postrider webhooks list` shows it, its URL, or scheme and host of it',
}
const EVENT = { form: '--event <kind...>', says: 'kinds of events, such as delivered bounced complained' }
const FORMAT = { form: '--format <form>', says: 'in whose form: postrider, resend or postmark (default: postrider)' }

export const webhooks: Command = {
  name: 'webhooks',
  summary: 'See how far endpoints were told, make and change them, and tell them again what they missed.',
  examples: [
    'postrider webhooks list',
    'postrider webhooks add https://app.example.com/hook --event delivered bounced',
    'postrider webhooks test https://app.example.com',
  ],
  subcommands: [
    {
      name: 'list',
      summary: 'One line for each endpoint: whether it is told, how far it was, what waits, what was dropped.',
      examples: ['postrider webhooks list', 'postrider webhooks list --json'],
      run: work.list,
    },
    {
      name: 'add',
      summary: 'Make an endpoint beside those of the configuration, and print its secret, once.',
      args: [{ form: '<url>', says: 'where events are posted: a host of the public internet' }],
      flags: [EVENT, FORMAT, { form: '--account <name>', says: 'whose mail it is told of (default: everybody’s)' }],
      examples: [
        'postrider webhooks add "https://forum.example.com/webhooks/postmark?t=TOKEN" --format postmark --event bounced expired returned complained',
      ],
      run: work.add,
    },
    {
      name: 'change',
      summary: 'Change an endpoint that was made here; it goes on where it was.',
      args: [ENDPOINT],
      flags: [
        { form: '--url <url>', says: 'another address' },
        EVENT,
        FORMAT,
        { form: '--rotate', says: 'a new secret, which is printed; the one before it signs beside it' },
        { form: '--end-rotation', says: 'the secret before it signs no more' },
      ],
      examples: ['postrider webhooks change https://app.example.com --rotate'],
      run: work.change,
    },
    {
      name: 'remove',
      summary: 'Remove an endpoint that was made here.',
      args: [ENDPOINT],
      examples: ['postrider webhooks remove https://app.example.com'],
      run: work.remove,
    },
    {
      name: 'stop',
      summary: 'Tell an endpoint nothing until it is started.',
      args: [ENDPOINT],
      examples: ['postrider webhooks stop https://app.example.com'],
      run: work.stop,
    },
    {
      name: 'start',
      summary: 'Tell an endpoint on that was stopped, or that stopped itself with 410.',
      args: [ENDPOINT],
      examples: ['postrider webhooks start https://app.example.com'],
      run: work.start,
    },
    {
      name: 'test',
      summary: 'Post an event that never was, and show the answer.',
      args: [ENDPOINT],
      flags: [{ form: '--event <kind>', says: 'its kind (default: the first that it asks for)' }],
      examples: ['postrider webhooks test https://app.example.com --event bounced'],
      run: work.test,
    },
    {
      name: 'deliveries',
      summary: 'What an endpoint answered, the newest first.',
      args: [ENDPOINT],
      flags: [
        { form: '--limit <n>', says: 'at most so many (default 100)' },
        { form: '--before <id>', says: 'those before this id: the next page' },
      ],
      examples: ['postrider webhooks deliveries https://app.example.com --json'],
      run: work.deliveries,
    },
    {
      name: 'replay',
      summary: 'Tell an endpoint again what was dropped, or a range; with the ids that the events had.',
      args: [ENDPOINT],
      flags: [
        {
          form: '--after <place>',
          says: 'events behind this place, event id or moment (default: what was dropped)',
        },
        {
          form: '--through <place>',
          says: 'events up to this place, event id or moment (default: as far as it was told)',
        },
        { form: '--before <place>', says: 'the same without that event itself' },
      ],
      examples: [
        'postrider webhooks replay https://hooks.example.com',
        'postrider webhooks replay https://hooks.example.com --after 2026-11-30T08:00Z --before 2026-11-30T10:00Z',
      ],
      run: work.replay,
    },
  ],
}
