/**
 * InboundSchema: the shape of `relay.inbound`: where other mail servers come to, what they may bring, and to whom.
 *
 * Not here: the domain of return addresses (`returnPath`, the mailer's), the rest of the section (schema.ts).
 */
import { type Kinds, MIB, type Words } from './vocabulary.ts'

/** A name that holds in each domain of the relay, or a whole address. */
const NAME = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}(?:@[A-Za-z0-9.-]{1,253})?$/

export function inboundShape(k: Kinds, is: Words): ReturnType<Kinds['strictObject']> {
  return k.strictObject({
    listen: k
      .array(is.address)
      .default([])
      .describe(
        'Where mail about our mail is listened for, such as 0.0.0.0:25: bounces, complaints and unsubscribing mails to the addresses of `returnPath.domain`, DMARC and TLS reports to reports@ it, mail to `aliases`, and nothing else. An address that stands in `relay.listen` too takes logins as well. Empty has none.',
      ),
    aliases: k
      .array(
        k
          .strictObject({
            name: k
              .string()
              .refine(value => NAME.test(value))
              .meta({ wanted: 'a name such as postmaster, or an address such as abuse@example.com' })
              .describe(
                'The name, in each of the domains that mail is signed for and that of return addresses; or one address. Mail to name+anything is its own too.',
              ),
            to: k.array(is.mailbox).max(50).default([]).describe('Who gets its mail.'),
            webhook: k
              .strictObject({
                url: is.url,
                secret: is.secret('The signing secret, `whsec_…` (Standard Webhooks).'),
                previousSecret: is.secret('The secret before it, while receivers change over: both sign.').optional(),
              })
              .optional()
              .describe(
                'Where its mail is posted to in place of people, in the form of the inbound webhook of Postmark. Its sender is told that it was taken when the endpoint took it (2xx), that it is not wanted at 403 and 410, and else to try again later, which mail servers do for days.',
              ),
          })
          .refine(alias => (alias.to ?? []).length > 0 !== (alias.webhook !== undefined))
          .meta({ wanted: 'a name with either to or webhook' }),
      )
      .max(1000)
      .default([])
      .describe(
        'Names that take mail of anybody, such as postmaster and abuse, for people elsewhere. What the domain of its author wants refused (DMARC) is refused; who hears that it could not be forwarded is `relay.postmaster`.',
      ),
    aliasesFile: is.path(
      'A file with more of them in the format of aliases(5), such as /etc/aliases. Names may lead to each other and to those of `aliases`, which come first, and lead to addresses in the end: a program, a file, a list in another file and a mailbox of this host are refused.',
    ),
    seal: is.domain
      .optional()
      .describe(
        'The domain whose DKIM key seals what aliases forward (ARC, RFC 8617), so that receivers may believe what was found of it here. By default nothing is sealed.',
      ),
    messageBytes: is.count('The largest of these mails.', 10 * MIB, 32 * MIB),
  })
}
