/** What can be said of a message, or of one of its recipients, when all messages are looked through. */
export const MESSAGE_STATES = [
  'waiting',
  'running',
  'deferred',
  'held',
  'delivered',
  'bounced',
  'expired',
  'cancelled',
] as const
/** How a message stands, or ended. */
export type MessageState = (typeof MESSAGE_STATES)[number]
