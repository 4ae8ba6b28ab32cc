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
    one: 'Given up for {recipient} after {count} attempt: it expired. The last failure: {detail}.',
    other: 'Given up for {recipient} after {count} attempts: it expired. The last failure: {detail}.',
  },
  cancelled: 'Taken back for {recipient} before it was delivered.',
  'uncertain.process-died':
    'This process died after the last dot and before the reply for {recipients}: the message may arrive twice.',
  'uncertain.connection-lost':
    'The connection broke after the last dot and before the reply for {recipients}: the message may have been taken, and may arrive twice.',
  complained: '{recipient} called it spam: a feedback report ({feedback}) came.',
  'complained.from': '{recipient} called it spam: a feedback report ({feedback}) came from {reporter}.',
  returned: 'Returned for {recipient} after it had been taken: {detail}.',
  'returned.by': 'Returned for {recipient} by {host} after it had been taken: {detail}.',
  'passed-on': '{told} It was passed on to the sender as message {id}.',
  'auto-replied.absence': 'A program answered for {recipient}.',
  'auto-replied.challenge': 'A program of {recipient} asks the sender to prove to be a person before it delivers.',
  'auto-replied.read': 'The program of {recipient} says that it was shown.',
  unsubscribed: '{recipient} unsubscribed.',
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

  'detail.not-before': 'not to be sent before {time}, as its sender asked',
  'detail.preflight': 'preflight {id}: {found}',
  'detail.preflight-fix': 'preflight {id}: {found} (fix: {fix})',
  'detail.said': 'it said: {reply}',
  'detail.from.own': 'left from {address}, as mail for this domain does',
  'detail.from.refused':
    'left from {address}, because the mail site refuses the address that mail for this domain leaves from',
  'detail.from.lost':
    'left from {address}, because this machine has lost the address that mail for this domain leaves from',
  'detail.from.reverse-name':
    'left from {address}, because the reverse name of the address that mail for this domain leaves from does not lead back to it, which the provider demands',
  'detail.from.warm-up':
    'left from {address}, because the address that mail for this domain leaves from has no room left in its warm-up',
  'detail.from.overflow':
    'left through {address}, because it would have waited too long for its turn at the mail host of the domain',
  'detail.judged': 'judged by rule {rule}: {code}, {permanence}, at stage {stage}',
  'detail.plain': 'in plain text, because TLS failed: {why}',
  'detail.remedy': 'what to do: {remedy}',
  'detail.look-into': 'what to look into: {remedy}',
  'detail.returned': 'Judged as {code} by {rule}.',
  'detail.unproven': 'It did not come to a return address of this message, so nothing else follows.',
  'detail.rule': 'because of rule {rule}',
  'detail.release': 'release it with: postrider queue release {id}',
  'detail.retry': 'tried until {time}; sooner with: postrider queue retry {id}',
  'detail.pause': 'tried until {time}; a retry does not end this pause: it ends by itself',
  'remedy.check': '{remedy} (postrider doctor --only {id})',

  'end.done': 'Done: {tally}.',
  'end.tally': '{states}',
  'end.nobody': 'nobody is left to deliver to',
  'end.held': 'Next: nothing for {recipients} until it is released; held because: {because}.',
  'end.running': 'Now: being delivered to {recipients}.',
  'end.next': 'Next: an attempt for {recipients} at {time}.',
  'end.next-because': 'Next: an attempt for {recipients} at {time}, because of the last failure: {detail}.',
  'end.waits': 'Next: {recipients}, at {time} or a little later, in turn: {because} (mail site {site}).',
  'end.paused': 'Next: nothing for {recipients} until {time}: {site} is paused.',
  'end.paused-because': 'Next: nothing for {recipients} until {time}: {site} is paused: {because}.',
  recipients: '{recipients}',
  'recipients.more': '{recipients} and {more} more',

  'size.bytes': '{count} bytes',
  'size.kib': '{kib} KiB',
  'unit.d': '{count} d',
  'unit.h': '{count} h',
  'unit.min': '{count} min',
  'unit.s': '{count} s',
  'unit.ms': '{count} ms',
  'state.waiting': '{count} waiting',
  'state.running': '{count} running',
  'state.deferred': '{count} deferred',
  'state.delivered': '{count} delivered',
  'state.bounced': '{count} bounced',
  'state.expired': '{count} expired',
  'state.cancelled': '{count} cancelled',
  'permanence.transient': 'transient',
  'permanence.permanent': 'permanent',
} as const

export const say: Say<typeof STORY> = speaker(STORY)
