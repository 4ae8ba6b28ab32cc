/**
 * FeedbackShape: the options of the header fields by which recipients and providers answer to our mail, and how long finished messages are
 * remembered for their answers.
 *
 * Policy. A link to unsubscribe holds for 400 days and an address for complaints for 100, but what comes by them is told of a message in the
 * history alone. So while mail has them the history is kept for two months, and one shorter than a month is warned of (RFC 8058, RFC 9477).
 */
import { UNSUBSCRIBE_USES } from '../model/envelope.ts'
import type { CheckedOptions } from './checked-options.ts'
import type { MailerOptions, ResolvedOptions } from './options.ts'
import type { Kinds, Shape } from './shape.ts'
import { DAY, words } from './vocabulary.ts'

const LONGEST_ROOT = 300

/**
 * An address that a token is put behind, as it stands in a header field: in ASCII, names as A-labels, and with nothing that ends an
 * address of a list (RFC 2369 §2).
 */
export function linkRootOf(text = ''): string | undefined {
  // A password is nothing for the header of mail to strangers.
  if (!/^https:\/\/[^\s<>"?#,@\\]+\/$/i.test(text) || !URL.canParse(text)) return undefined
  const { href } = new URL(text)
  return href.length <= LONGEST_ROOT && /^https:\/\/[!-~]+\/$/.test(href) ? href : undefined
}

export function feedbackShape(k: Kinds): Shape<ResolvedOptions['feedback'], MailerOptions['feedback']> {
  const is = words(k)
  return is.section(
    'Header fields by which people unsubscribe and providers tell of complaints: signed, never in place of one that the sender set, and none in mail of nobody. Those with an address need `returnPath.domain`, and mail to one recipient.',
    {
      senderId: k
        .string()
        .refine(value => /^[\w.-]{5,15}$/.test(value))
        .meta({
          description:
            'Who sends, as the last part of Feedback-ID, by which Gmail counts complaints; the same for years. Without it there is no Feedback-ID.',
          wanted: '5 to 15 letters, digits, dots, hyphens and underscores',
        })
        .optional(),
      tags: k
        .array(k.string().min(1))
        .max(2)
        .default([])
        .describe(
          'Names of tags, such as campaign, whose values come before it in Feedback-ID: of those that many messages share.',
        ),
      complaints: is.flag(
        'Whether CFBL-Address (RFC 9477) says where complaints go: an address of ours that proves itself, where the domain of From signs.',
      ),
      unsubscribe: is.choice(
        'Which mail gets a List-Unsubscribe of ours: `lists` is mail that says of itself that it goes to many (List-Id, Precedence: bulk or list), `all` also mail to one person, `as-given` none.',
        UNSUBSCRIBE_USES,
        'as-given',
      ),
      unsubscribeSuppresses: is.flag(
        'Whether who unsubscribes by that List-Unsubscribe is not mailed any more, for a year or until the suppression is lifted: no mail at all, resets of passwords too. Without it a program of yours has to act on the fact `unsubscribed`.',
        true,
      ),
      unsubscribeUrl: k
        .string()
        .refine(value => linkRootOf(value) !== undefined)
        .meta({
          description:
            'Where one click unsubscribes (RFC 8058): an https address that a token is put behind. By default the page of `relay.public`; without one there is an address to write to alone.',
          wanted: 'an https address that ends in /, such as https://mail.example.com/unsubscribe/',
        })
        .optional(),
    },
  )
}

const USUAL_MS = 7 * DAY
const ANSWERED_MS = 60 * DAY
const LEAST_MS = 30 * DAY

/** How long finished messages are remembered. */
export function settleHistory(
  given: number | undefined,
  { complaints, unsubscribe }: CheckedOptions['feedback'],
  warnings: string[],
): number {
  const isAnswered = complaints || unsubscribe !== 'as-given'
  const kept = given ?? (isAnswered ? ANSWERED_MS : USUAL_MS)
  if (isAnswered && kept < LEAST_MS)
    warnings.push(
      `queue.keepHistoryMs: found ${kept}, so that who unsubscribes or complains later is not known any more; leave it out for ${ANSWERED_MS} (60 days), or set ${LEAST_MS} at least`,
    )
  return kept
}
