/**
 * Shapes: what several routes answer with: messages in the queue, durable facts, checks.
 *
 * Policy. Times are whole milliseconds since 1970, as in facts. What has many parts of the mailer's own, such as a fact, names those
 * that programs go by, and keeps the others as they are.
 */
import { type AnyShape, FAILURE_CODES, kinds as k, LEVELS, parseAddress, type Shape } from '@postrider/core'
import { SCOPES, type Scope } from '../key/index.ts'
import { FACT_KINDS } from '../webhook/fact-kinds.ts'

export function time(doc: string): Shape<number> {
  return k.int().describe(`${doc} Milliseconds since 1970.`)
}

export function text(doc: string): Shape<string> {
  return k.string().describe(doc)
}

export const ADDRESS: Shape<string> = k
  .string()
  .max(320)
  .refine(value => !('problem' in parseAddress(value)))
  .meta({ wanted: 'an address, such as forum@example.com' })
/** Of an account or a user. */
export const NAME: Shape<string> = k
  .string()
  .min(1)
  .max(100)
  .refine(value => value.trim() !== '' && !/\p{Cc}/u.test(value))
  .meta({ wanted: 'a name without control characters' })
export const QUEUE_ID: Shape<string> = k
  .string()
  .refine(value => /^[0-9A-HJKMNP-TV-Z]{20}$/.test(value))
  .meta({ description: 'The id of a message, 20 characters.', wanted: 'a queue id of 20 characters' })

const RECIPIENT_STATES = ['waiting', 'running', 'delivered', 'deferred', 'bounced', 'expired', 'cancelled'] as const

export const ENTRY: AnyShape = k
  .strictObject({
    id: QUEUE_ID,
    from: text('The reverse-path; empty for notices.'),
    acceptedAt: time('When it was accepted.'),
    expiresAt: time('When it is given up.'),
    sizeBytes: k.int(),
    priority: text('`low`, `normal` or `high`.'),
    tags: k.record(k.string()),
    account: text('Who submitted it.').optional(),
    messageId: text('The Message-ID header, with angle brackets.').optional(),
    via: text('The way it came in; mail that the relay writes itself has none.').optional(),
    card: k
      .strictObject({
        subject: k.string().optional(),
        from: k.string().optional(),
        to: k.string().optional(),
        cc: k.string().optional(),
      })
      .describe('What people know it by, unless `queue.cards` was off.')
      .optional(),
    passesOn: k.boolean().describe('What comes back to its return address is passed on to `from`.').optional(),
    erased: k.boolean().describe('A person was taken out of it: what comes back to it is not told.').optional(),
    held: text('Why it is on hold.').optional(),
    dueAt: time('When the next recipient is due.').optional(),
    recipients: k.array(
      k.strictObject({
        address: k.string(),
        state: k.enum(RECIPIENT_STATES),
        attempts: k.int(),
        lastReply: text('Of the last attempt, on one line.').optional(),
      }),
    ),
  })
  .describe('One message.')

export const NUMBERED_FACT: AnyShape = k.strictObject({
  number: k.int().describe('Its place in the log of the queue.'),
  fact: k
    .looseObject({
      kind: k.enum(FACT_KINDS),
      at: time('When it came true.'),
      messageId: QUEUE_ID,
      account: k.string().optional(),
      tags: k.record(k.string()).optional(),
      recipient: k.string().optional(),
      code: k.enum(Object.keys(FAILURE_CODES) as (keyof typeof FAILURE_CODES)[]).optional(),
    })
    .describe('A durable fact: docs/facts.md.'),
})

export const CHECK: AnyShape = k
  .looseObject({
    id: text('Which check: docs/checks.md.'),
    level: k.enum(LEVELS),
    found: k.string(),
    wanted: k.string(),
    fix: k.string().optional(),
  })
  .describe('A finding of preflight.')

export const SCOPE_LIST: Shape<Scope[], readonly Scope[]> = k.array(k.enum(SCOPES)).min(1)
