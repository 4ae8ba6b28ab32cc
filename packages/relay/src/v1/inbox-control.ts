/**
 * InboxControl: what becomes of captured mail, and the time in which it does; and mail that a program hands in as it composed it.
 */
import { kinds as k, PLAYED_OUTCOMES } from '@postrider/core'
import { captureOf } from './inbox-asked.ts'
import { ADDRESS, QUEUE_ID, text, time } from './shapes.ts'
import { declare, declareOctets, type V1Ports, type V1Route } from './v1-route.ts'

const DAY_MS = 86_400_000

const SCENARIOS = k.strictObject({
  scenarios: k
    .array(
      k.strictObject({
        to: text('Recipients, such as `*@slow.example`.').optional(),
        tag: text('`name`, or `name=value`.').optional(),
        outcome: k.enum(PLAYED_OUTCOMES),
        code: k.int().min(400).max(599).optional(),
        times: k.int().min(1).max(100).describe('How often it is deferred, before it is delivered.').optional(),
        ms: k.int().min(0).max(120_000).describe('How long `slow` takes.').optional(),
      }),
    )
    .describe('The first that fits counts; where none does, mail is delivered.'),
})

const CLOCK = k.strictObject({
  now: time('The time of the mailer.'),
  aheadMs: k.int().describe('How far it is ahead of the machine.'),
})

function clockOf(ports: V1Ports): object {
  const { clock } = captureOf(ports)
  return { now: clock.now(), aheadMs: Math.round(clock.aheadMs) }
}

function pairOf(text: string): readonly [string, string] {
  const [name = '', ...value] = text.split('=')
  return [name, value.join('=')]
}

export const INBOX_CONTROL_ROUTES: readonly V1Route[] = [
  declare({
    method: 'GET',
    path: '/v1/inbox/scenarios',
    scope: 'read',
    about: 'relay',
    says: 'What becomes of captured mail.',
    answers: SCENARIOS,
    work: async (_, ports) => ({ scenarios: captureOf(ports).scenarios }),
  }),
  declare({
    method: 'POST',
    path: '/v1/inbox/scenarios',
    scope: 'operate',
    about: 'relay',
    says: 'Says what becomes of captured mail from now on, in place of what was said before.',
    body: SCENARIOS,
    answers: SCENARIOS,
    work: async ({ body }, ports) => {
      const capture = captureOf(ports)
      capture.scenarios = body.scenarios
      return { scenarios: capture.scenarios }
    },
  }),
  declare({
    method: 'GET',
    path: '/v1/inbox/clock',
    scope: 'read',
    about: 'relay',
    says: 'The time in which captured mail is tried again.',
    answers: CLOCK,
    work: async (_, ports) => clockOf(ports),
  }),
  declare({
    method: 'POST',
    path: '/v1/inbox/clock',
    scope: 'operate',
    about: 'relay',
    says: 'Moves that time on: what becomes due on the way is tried at its moment, before this is answered.',
    body: k.strictObject({
      forwardMs: k
        .int()
        .min(0)
        .max(30 * DAY_MS),
    }),
    answers: CLOCK,
    work: async ({ body }, ports) => {
      await captureOf(ports).forward(body.forwardMs)
      return clockOf(ports)
    },
  }),
  declareOctets({
    method: 'POST',
    path: '/v1/inbox/messages',
    scope: 'send',
    about: 'relay',
    says: 'Takes a message as a program composed it, with its envelope: what `send()` does where POSTRIDER_DEV_URL is set.',
    query: k.strictObject({
      from: ADDRESS.describe('The reverse-path; `<>` without it.').optional(),
      to: k.array(ADDRESS).min(1).max(1000).describe('Recipients, with commas.'),
      tags: k.array(k.string().min(1)).default([]).describe('`name=value`, with commas.'),
      idempotencyKey: text('Once, however often it is handed in.').optional(),
      fingerprint: text('What the key stands for, in place of the octets.').optional(),
      notBefore: time('Not tried before.').optional(),
      expiresAt: time('Given up then.').optional(),
      priority: k.enum(['high', 'normal', 'low']).optional(),
    }),
    body: { type: 'message/rfc822' },
    answers: k.strictObject({ id: QUEUE_ID, duplicate: k.boolean() }),
    work: async ({ query, body, caller, request }, ports) => {
      captureOf(ports)
      const { from = null, to, tags, ...wanted } = query
      const { id, duplicate } = await ports.mailer.accept(
        body,
        { from, to },
        {
          ...Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined)),
          signal: request.signal,
          account: caller.account?.name ?? 'dev',
          tags: Object.fromEntries(tags.map(pairOf)),
        },
      )
      return { id, duplicate }
    },
  }),
]
