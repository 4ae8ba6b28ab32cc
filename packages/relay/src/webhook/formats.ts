/**
 * Formats: in whose form an endpoint is told. What reads the webhooks of another sender reads ours when they have its form.
 *
 * Not here: what they look like (event.ts, resend-event.ts, postmark-event.ts).
 */
export const FORMATS = ['postrider', 'resend', 'postmark'] as const
export type Format = (typeof FORMATS)[number]
