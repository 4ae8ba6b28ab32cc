/**
 * Kept: sentences that are kept with a message, an address or a mail site, in English: why it waits, why it is not mailed, why it rests.
 * Who keeps one says it elsewhere (pace.ts, suppressions.ts and the code); here it is what a reader of another language is told.
 */
export const KEPT = {
  'warm-up-source': '{site} takes {cap} recipients a day from {name} for now, and {used} were used today',
  'warm-up-sender': '{site} takes {cap} recipients a day of senders at {name} for now, and {used} were used today',
  complained: 'the recipient called an earlier message spam ({feedback})',
  unsubscribed: 'the recipient unsubscribed',
  listed: 'the address is on the list of those that are not mailed',
  'listed-because': 'the address is on the list of those that are not mailed: {note}',
  said: '{why}; they said: {reply}',
  'held-over-http': 'held over HTTP',
} as const
