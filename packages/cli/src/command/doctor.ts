/**
 * doctor: every check of one or several senders and of this host, side by side, with what to do about each.
 *
 * Not here: doing it (diagnose.ts, loaded when it is asked for).
 */
import type { Command } from './command.ts'

export const doctor: Command = {
  name: 'doctor',
  summary: 'Check everything that decides whether mail arrives, and say how to fix what is wrong.',
  args: [{ form: '[senders...]', says: 'sender addresses or domains (default: the domains that are signed for)' }],
  flags: [
    { form: '--only <check...>', says: 'only these checks or families, such as spf or host.ptr' },
    { form: '--skip <check...>', says: 'not these' },
    { form: '--probe <host>', says: 'the mail host to try on port 25 (default: one of gmail.com)' },
    {
      form: '-w, --watch',
      says: 'ask the name servers of the domains themselves, again and again, until nothing is wrong',
    },
  ],
  examples: [
    'postrider doctor',
    'postrider doctor example.com --watch',
    'postrider doctor news@example.com --only spf dkim dmarc --json',
  ],
  run: async (...typed) => (await import('./diagnose.ts')).run(...typed),
}
