/**
 * AccountSchema: the shape of an account in the configuration, and of the limits that each has.
 *
 * Not here: accounts that `postrider user` makes (account/), the rest of the section (schema.ts).
 */
import { PASS_ON_TO, RETURN_PATH_USES, UNSUBSCRIBE_USES } from '@postrider/core'
import { type Kinds, MOST, type Words } from './vocabulary.ts'

const ACCOUNT_LIMITS = {
  messagesPerMinute: ['The most messages in a minute; 0 is no limit.', 600],
  messagesPerHour: ['The most messages in an hour; 0 is no limit.', 10_000],
  messagesPerDay: ['The most messages in a day; 0 is no limit.', 100_000],
  recipientsPerMinute: ['The most recipients in a minute; 0 is no limit.', 1200],
  recipientsPerHour: ['The most recipients in an hour; 0 is no limit.', 20_000],
  recipientsPerDay: ['The most recipients in a day; 0 is no limit.', 200_000],
} as const
type AccountLimitName = keyof typeof ACCOUNT_LIMITS

export function accountLimits<T>(make: (doc: string, fallback: number) => T): Record<AccountLimitName, T> {
  const entries = Object.entries(ACCOUNT_LIMITS).map(([name, [doc, fallback]]) => [name, make(doc, fallback)])
  return Object.fromEntries(entries) as Record<AccountLimitName, T>
}

export function accountShape(k: Kinds, is: Words): ReturnType<Kinds['strictObject']> {
  const own = accountLimits(doc => k.int().min(0).max(MOST).optional().describe(doc))
  return k.strictObject({
    name: k.string().min(1).max(255).describe('The user name to log in with.'),
    password: is.secret('The password itself; `passwordHash` is safer.').optional(),
    passwordHash: is.hash.optional(),
    senders: k
      .array(is.sender)
      .optional()
      .describe('The addresses it may send as; by default those of `relay.senders`.'),
    rewriteFrom: is.mailbox
      .optional()
      .describe('The address that replaces a From or MAIL FROM that this account may not use.'),
    returnPath: k
      .enum(RETURN_PATH_USES)
      .optional()
      .describe('Whether its mail leaves with a return address of ours, in place of `returnPath.use`.'),
    passOn: k
      .enum(PASS_ON_TO)
      .optional()
      .describe('Who gets what comes back to it, as a mail, in place of `returnPath.passOn`.'),
    unsubscribe: k
      .enum(UNSUBSCRIBE_USES)
      .optional()
      .describe('Which of its mail gets a List-Unsubscribe of ours, in place of `feedback.unsubscribe`.'),
    feedbackId: is.text('What it is called in Feedback-ID; its user name is shown to nobody.'),
    pool: k.string().min(1).optional().describe('The pool of `egress.sources` that its mail leaves from.'),
    limits: k.strictObject(own).optional().describe('Its own limits, in place of `relay.limits.account`.'),
  })
}
