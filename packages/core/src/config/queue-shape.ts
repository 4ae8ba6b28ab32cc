/**
 * QueueShape: the options of the queue, declared.
 *
 * Not here: all other options (schema.ts).
 */
import type { Kinds, Shape } from './shape.ts'
import { LONGEST, words } from './vocabulary.ts'

type Optional<T> = Shape<T | undefined>
type Defaulted<Out, In = Out> = Shape<Out, In | undefined>

export type QueueShape = {
  readonly path: Defaulted<string>
  readonly url: Optional<string>
  readonly directUrl: Optional<string>
  readonly passwordFile: Optional<string>
  readonly keepHistoryMs: Optional<number>
  readonly cards: Defaulted<boolean>
  readonly keepContentMs: Defaulted<number>
  readonly keepContentExcept: Defaulted<
    { readonly accounts: string[]; readonly tags: string[] },
    { readonly accounts?: readonly string[] | undefined; readonly tags?: readonly string[] | undefined }
  >
  readonly keepDialogues: Defaulted<
    { readonly recipients: string[]; readonly tags: string[]; readonly perSite: number },
    {
      readonly recipients?: readonly string[] | undefined
      readonly tags?: readonly string[] | undefined
      readonly perSite?: number | undefined
    }
  >
}

export function queueShape(k: Kinds): QueueShape {
  const is = words(k)
  return {
    path: is
      .file('The queue file; `:memory:` keeps nothing when the process ends.', 'the name of a file, or :memory:')
      .default('./postrider.db'),
    url: is
      .database(
        'A PostgreSQL database in place of the file, which any number of relays share; it needs the package pg. Of several hosts (`one:5432,two:5432`) the one that can be written to is used.',
      )
      .optional(),
    directUrl: is
      .database(
        'The same database without the PgBouncer that `url` leads through: one connection that listens. Without it, what other relays add is looked for each second.',
      )
      .optional(),
    passwordFile: is.file('The file with the password of the user in `url`, on its first line.').optional(),
    keepHistoryMs: k
      .int()
      .min(1)
      .max(LONGEST)
      .describe(
        'How long the history of a finished message is kept: for `explain`, to know its idempotency key again, and to know whom somebody is who unsubscribes or complains by `feedback`. By default 7 days, and 60 with `feedback.unsubscribe`, `feedback.complaints` or `relay.accounts[].unsubscribe`.',
      )
      .optional(),
    cards: is.flag('Whether the history keeps subject, From, To and Cc, up to 1,400 characters of them.', true),
    keepContentMs: is.ms(
      'How long the bytes of a finished message are kept, within `keepHistoryMs` and a tenth of the disk (1 GiB in PostgreSQL; the oldest go first); 0 removes them at once. Reset links are secrets.',
      0,
    ),
    keepContentExcept: is.section('Of whose messages no bytes are kept when they are done.', {
      accounts: k.array(k.string()).default([]).describe('Mail of these accounts.'),
      tags: k.array(k.string()).default([]).describe('Mail with one of these tags: `name`, or `name=value`.'),
    }),
    keepDialogues: is.section(
      'Of which deliveries that succeed what was said is kept with the history, for `explain`; of failures it always is.',
      {
        recipients: k
          .array(k.string())
          .default([])
          .describe('To these addresses, or domains as `@example.com`: with those of `tags`, 1,000 an hour.'),
        tags: k.array(k.string()).default([]).describe('Of mail with one of these tags: `name`, or `name=value`.'),
        perSite: k
          .int()
          .min(0)
          .max(20)
          .default(2)
          .describe('Of each mail site so many a day, spread over it, of 500 sites; 0: of none.'),
      },
    ),
  }
}
