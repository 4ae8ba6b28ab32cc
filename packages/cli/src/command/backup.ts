/**
 * backup and restore: a copy of all that a relay keeps, and the way back.
 *
 * Not here: doing it (keep-backup.ts, loaded when it is asked for).
 */
import type { Command } from './command.ts'

export const backup: Command = {
  name: 'backup',
  summary: 'Copy queue, accounts, keys and certificates into a new folder, also while the relay runs.',
  args: [{ form: '<folder>', says: 'a folder that is not there yet' }],
  examples: ['postrider backup /var/backups/postrider-monday'],
  run: async (input, context) => (await import('./keep-backup.ts')).backUp(input, context),
}

export const restore: Command = {
  name: 'restore',
  summary: 'Put a backup in the place of what is lost. What waits in it is held until it is released.',
  args: [{ form: '[folder]', says: 'a folder that `postrider backup` made' }],
  flags: [{ form: '--release', says: 'let go what is held because it was restored' }],
  examples: ['postrider restore /var/backups/postrider-monday', 'postrider restore --release'],
  run: async (input, context) => (await import('./keep-backup.ts')).restore(input, context),
}
