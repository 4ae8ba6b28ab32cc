/**
 * Notice: what a sender reads of mail that was not delivered, is late or was handed over. RFC 3464, RFC 3461 §6.
 *
 * Not here: why (failures.ts), in which language a notice is (notices.languages).
 */
export const NOTICE = {
  'subject.failure': 'Your message could not be delivered',
  'subject.delay': 'Your message is delayed',
  'subject.success': 'Your message was handed over',
  hello: 'This is the mail system of {hostname}.',
  'opening.failure': {
    one: 'The message that you sent on {date} could not be delivered to the recipient below. It will not be tried again.',
    other:
      'The message that you sent on {date} could not be delivered to the {count} recipients below. It will not be tried again.',
  },
  'opening.delay': {
    one: 'The message that you sent on {date} has not been delivered to the recipient below yet. You do not need to send it again.',
    other:
      'The message that you sent on {date} has not been delivered to the {count} recipients below yet. You do not need to send it again.',
  },
  'opening.success': {
    one: 'The message that you sent on {date} was taken over by the mail server of the recipient below. That server does not send confirmations of its own.',
    other:
      'The message that you sent on {date} was taken over by the mail server of the {count} recipients below. That server does not send confirmations of its own.',
  },
  'closing.failure': 'Details for mail systems and the header of your message are attached. Reference: {id}.',
  'closing.delay':
    'It will be tried again until {date}. If it cannot be delivered by then, you will be told. Reference: {id}.',
  'closing.success': 'Reference: {id}.',
  reason: 'Reason: {text}',
  'reason.too-late': 'Reason: It could not be delivered in time. The last time: {text}',
  seen: 'Seen: {text}',
  said: 'The server said: {text}',
  'said-by': 'The server {host} said: {text}',
  'advice.recipient': 'What you can do: check the address for mistakes, or reach the recipient in another way.',
  'advice.message': 'What you can do: change the message (its size, links or attachments) and send it again.',
  'advice.host': 'What you can do: try again later. If this keeps happening, show this notice to your postmaster.',
  'advice.domain':
    'What you can do: check the part of the address after the @. If it is right, show this notice to your postmaster.',
  'advice.postmaster': 'What you can do: show this notice to your postmaster: it is not about your message.',
} as const
