/** ReturnPathShape: the options of the addresses that mail about our mail comes back to. */
import { PASS_ON_TO, RETURN_PATH_USES } from '../model/envelope.ts'
import type { MailerOptions, ResolvedOptions } from './options.ts'
import type { Kinds, Shape } from './shape.ts'
import { words } from './vocabulary.ts'

export function returnPathShape(k: Kinds): Shape<ResolvedOptions['returnPath'], MailerOptions['returnPath']> {
  const is = words(k)
  const secret = k
    .string()
    .refine(value => value.length >= 16)
    .meta({ wanted: 'a secret of 16 characters or more', secret: true })
  return is.section(
    'Addresses of ours that bounces, complaints and unsubscribing mails come back to; each has the proof in it that we made it.',
    {
      domain: is.domain('The domain of these addresses, such as bounces.example.com.').optional(),
      keys: k
        .array(secret)
        .default([])
        .describe(
          'The secrets that prove them: the first makes, and all are believed, while one takes the place of another. By default they are made of the DKIM keys.',
        ),
      use: is.choice(
        'Which mail leaves with such an address as its MAIL FROM: `auto` is mail whose own has the same organisational domain and is not made for bounces already (VERP, SRS, BATV, owner- and bounce addresses), `ours` is all, `as-given` none.',
        RETURN_PATH_USES,
        'auto',
      ),
      passOn: is.choice(
        'Who gets the bounces and automatic answers that come back to such an address, as a mail, once for each recipient and kind: the `sender`, whose MAIL FROM it took the place of, or `nobody`; `auto` is as `notices.to`.',
        ['auto', ...PASS_ON_TO],
        'auto',
      ),
      receivedBy: is.choice(
        'Who takes the mail to these addresses: the `relay` with `relay.inbound`, or an `other` host, which hands it to `postrider report`, `POST /v1/reports` or `mailer.takeReport()`.',
        ['relay', 'other'],
        'relay',
      ),
    },
  )
}
