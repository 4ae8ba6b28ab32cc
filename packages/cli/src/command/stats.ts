/**
 * stats: how many recipients had which outcome, where and how fast.
 *
 * Not here: counting it (stats-table.ts, loaded when it is asked for).
 */
import type { Command } from './command.ts'

export const stats: Command = {
  name: 'stats',
  summary: 'How much was accepted, delivered, deferred and bounced, where and how fast.',
  flags: [
    { form: '--by <part>', says: 'a row for each hour (default), day, site, account or outcome' },
    { form: '--from <time>', says: 'counted then or later: 2026-01-31, or 24h, 7d ago (default 24h)' },
    { form: '--to <time>', says: 'counted before then (default now)' },
    { form: '--site <name>', says: 'only what went to this mail site' },
    { form: '--account <name>', says: 'only mail of this account' },
    { form: '--limit <n>', says: 'at most so many sites or accounts, the largest (default 200)' },
  ],
  examples: ['postrider stats', 'postrider stats --by site --from 7d', 'postrider stats --by day --from 30d --json'],
  run: async (input, context) => (await import('./stats-table.ts')).show(input, context),
}
