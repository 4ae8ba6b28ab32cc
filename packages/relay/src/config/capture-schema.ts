/**
 * CaptureSchema: the shape of `relay.capture`: what is captured, how much of it is kept, and what becomes of it.
 *
 * Not here: the rest of the section (schema.ts).
 */
import { PLAYED_OUTCOMES } from '@postrider/core'
import { networkProblem } from '../admission/index.ts'
import { DAY, isMailboxOrDomain, type Kinds, MIB, MINUTE, type Words } from './vocabulary.ts'

export function captureShape(k: Kinds, is: Words): ReturnType<Kinds['strictObject']> {
  const to = k
    .string()
    .min(1)
    .max(320)
    .optional()
    .describe('Recipients, such as `*@slow.example` or part of an address.')
  const tag = k.string().min(1).max(320).optional().describe('`name`, or `name=value`.')
  const mailbox = k.strictObject({
    name: k.string().min(1).max(100).describe('What it is called.'),
    account: k.string().min(1).max(255).optional().describe('The account that submitted it.'),
    tag,
    to,
  })
  const scenario = k.strictObject({
    to,
    tag,
    outcome: k.enum(PLAYED_OUTCOMES).describe('What becomes of it.'),
    code: k.int().min(400).max(599).optional().describe('The code of a reply that bounces or defers.'),
    times: k
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe('How often it is deferred, before it is delivered; for ever if not given.'),
    ms: k
      .int()
      .min(0)
      .max(2 * MINUTE)
      .optional()
      .describe('How long `slow` takes; by default 10 seconds.'),
  })
  return k.strictObject({
    enabled: k
      .boolean()
      .default(false)
      .describe('Whether it is so. The queue must hold no mail that is to be delivered.'),
    anyone: k
      .boolean()
      .default(false)
      .describe(
        'Whether any login and any API key is taken, and none is asked for: on loopback alone, unless `token` is set.',
      ),
    token: k.string().default('').meta({
      description: 'The only password and API key that is taken from anyone.',
      secret: true,
    }),
    messages: is.count('The most messages that are kept; the oldest make room.', 5000, 1_000_000),
    bytes: is.count('The most octets of all of them, on disk.', 512 * MIB, 64 * 1024 * MIB),
    ageMs: is.ms('How long they are kept.', 7 * DAY, MINUTE),
    ...leavingShape(k),
    mailboxes: k
      .array(mailbox)
      .default([])
      .describe('Names for some of the captured mail: by account, tag or recipients.'),
    scenarios: k
      .array(scenario)
      .default([])
      .describe('What becomes of mail, by recipients or tag, the first that fits; else it is delivered.'),
  })
}

/** What may leave after all. */
function leavingShape(k: Kinds) {
  return {
    release: k
      .array(k.string().refine(isMailboxOrDomain).meta({ wanted: 'an address, or *@ and a domain' }))
      .default([])
      .describe(
        'Addresses, and `*@` and a domain, to which captured mail may be released after all, one message at a time and asked twice. Empty releases none.',
      ),
    linkNetworks: k
      .array(
        k
          .string()
          .refine(value => networkProblem(value) === undefined)
          .meta({ wanted: 'a network, such as 10.0.0.0/8' }),
      )
      .default([])
      .describe(
        'Networks beside the public internet whose links are asked when somebody wants to know what answers there. Loopback is one where this relay listens on loopback alone, and has neither `relay.http.proxies` nor `relay.http.names`.',
      ),
  }
}
