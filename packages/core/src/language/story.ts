/**
 * Story: the sentences that `explain` tells of one message, by the kind of fact and by what comes next.
 *
 * Not here: which of them is told when, and how times and sizes are written (observe/story.ts).
 */
import { type Say, speaker } from './speaker.ts'

export const STORY = {
  queued: 'Accepted from {from} for {recipients} and written to the queue ({size}).',
  delivered: 'Delivered to {recipient}: {host} took responsibility {over}, {after} after acceptance.',
  deferred: 'Attempt {attempt} for {recipient} failed {where}: {detail}. It is tried again at {time}, in {wait}.',
  delayed: 'Still not delivered to {recipient} after {time}.',
  bounced: 'Refused for good for {recipient} {where}, in attempt {attempt}: {detail}. It is not tried again.',
  expired: {
    one: 'Given up for {recipient} after {count} attempt: its time ran out. The last trouble: {detail}.',
    other: 'Given up for {recipient} after {count} attempts: its time ran out. The last trouble: {detail}.',
  },
  cancelled: 'Taken back for {recipient} before it was delivered.',
  'uncertain.process-died':
    'This process died after the last dot and before the reply for {recipients}: the message may arrive twice.',
  'uncertain.connection-lost':
    'The connection broke after the last dot and before the reply for {recipients}: the message may have been taken, and may arrive twice.',
  complained: '{recipient} called it spam: a feedback report ({feedback}) came.',
  'complained.from': '{recipient} called it spam: a feedback report ({feedback}) came from {reporter}.',
  suppressed: '{recipient} is not mailed again until {time}.',
  held: 'Held: {because}.',
  released: 'Released for delivery.',
  rescheduled: 'Rescheduled to {time}.',
  'notice-queued': 'A {notice} notice for {to} was queued as message {id}.',

  'where.before': 'before a host was asked',
  'where.at': 'at {host}',
  'where.by': 'by {host}',
  'where.no-host': 'no host',
  'over.plain-because': 'in plain text, because TLS failed ({why})',
  'over.plain': 'without TLS',
  'over.tls': 'over {protocol} ({cipher}){verified}{demanded}',
  'verified.dane': ', certificate verified by DANE',
  'verified.pkix': ', certificate verified',
  demanded: ', as {policy} demands',
  'policy.default': 'nobody',
  'policy.configured': 'the configuration',
  'policy.mta-sts': 'MTA-STS',
  'policy.dane': 'DANE',
  'policy.requiretls': 'REQUIRETLS',
  'policy.provider': 'the table of providers',

  'detail.preflight': 'preflight {id}: {found}',
  'detail.preflight-fix': 'preflight {id}: {found} (fix: {fix})',
  'detail.said': 'it said: {reply}',
  'detail.judged': 'judged by rule {rule}: {code}, {permanence}, at stage {stage}',
  'detail.plain': 'in plain text, because TLS failed: {why}',
  'detail.remedy': 'what to do: {remedy}',
  'detail.look-into': 'what to look into: {remedy}',
  'detail.rule': 'because of rule {rule}',
  'detail.release': 'release it with: postrider queue release {id}',
  'detail.retry': 'tried until {time}; sooner with: postrider queue retry {id}',
  'detail.pause': 'tried until {time}; a retry does not end this pause: it ends by itself',
  'remedy.check': '{remedy} (postrider doctor --only {id})',

  'end.done': 'Done: {tally}.',
  'end.nobody': 'nobody is left to deliver to',
  'end.held': 'Next: nothing for {recipients} until it is released; held because: {because}.',
  'end.running': 'Now: being delivered to {recipients}.',
  'end.next': 'Next: an attempt for {recipients} at {time}.',
  'end.next-because': 'Next: an attempt for {recipients} at {time}, because of the last failure: {detail}.',
  'end.paused': 'Next: nothing for {recipients} until {time}: {site} is paused.',
  'end.paused-because': 'Next: nothing for {recipients} until {time}: {site} is paused: {because}.',
  'recipients.more': '{recipients} and {more} more',
} as const

export const say: Say<typeof STORY> = speaker(STORY)
