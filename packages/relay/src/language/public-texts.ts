/**
 * PublicTexts: what the pages for strangers say, in English, by key.
 *
 * Not here: which language somebody reads (public-pages.ts).
 */

export const PUBLIC_PAGES = {
  'unsubscribe.title': 'Unsubscribe',
  'unsubscribe.ask':
    'Unsubscribe from this sender? You will get no more mail from it, not even mail you ask for, such as a new password.',
  'unsubscribe.ask-sender': 'Do you want no more mail of this kind?',
  'unsubscribe.button': 'Unsubscribe',
  'unsubscribe.done': 'You are unsubscribed: this sender sends no more mail to your address from here.',
  'unsubscribe.told': 'Your request was passed on to the sender.',
  'unsubscribe.late-title': 'You are not unsubscribed',
  'unsubscribe.late':
    'This mail is so old that its recipient is no longer on record here. Use the link in a newer mail of this sender, or write to the sender.',
  'link.title': 'This link does not work',
  'link.gone': 'This link does not work any more, or it was not copied whole.',
  'timeline.title': 'What became of a mail',
  'timeline.subject': 'Subject',
  'timeline.from': 'From',
  'timeline.until': 'This page can be seen until {moment}.',
  'state.waiting': 'waits',
  'state.running': 'is being delivered',
  'state.delivered': 'delivered',
  'state.deferred': 'put off, and tried again',
  'state.bounced': 'refused',
  'state.expired': 'given up',
  'state.cancelled': 'taken back',
  'fact.queued': 'accepted for delivery',
  'fact.delivered': '{recipient}: taken by the receiving mail server',
  'fact.deferred': '{recipient}: put off by the receiving mail server, tried again later',
  'fact.bounced': '{recipient}: refused',
  'fact.expired': '{recipient}: given up, because it expired',
  'fact.returned': '{recipient}: came back after it had been taken',
  'fact.held': 'put on hold',
  'fact.released': 'released',
  'fact.cancelled': '{recipient}: taken back',
  'fact.said': 'The server said: {reply}',
} as const

export type PublicText = keyof typeof PUBLIC_PAGES
