/**
 * NoLimit: an account of the relay that is never told to come back later for what it has sent, where something else is on trial.
 */
export const NO_LIMIT = {
  messagesPerMinute: 0,
  messagesPerHour: 0,
  messagesPerDay: 0,
  recipientsPerMinute: 0,
  recipientsPerHour: 0,
  recipientsPerDay: 0,
} as const
