/**
 * createMailer: from options to a mailer that runs.
 *
 * Policy. Everything that can be refused is refused here. The rooms are loaded here too, not by whoever imports the package: an
 * app that imports it starts as fast as before, and a process that never sends pays nothing.
 *
 * Not here: what a mailer does (mailer.ts), how the rooms are wired (assembly/mailer-parts.ts).
 */

import type { MailerSeams } from '../assembly/mailer-parts.ts'
import { type LoadedConfig, type MailerOptions, resolveOptions } from '../config/index.ts'
import { checkKeys, isLoaded, KINDS } from './arguments.ts'
import type { Mailer } from './mailer.ts'

/**
 * Opens the queue and starts delivery.
 * @param options as in postrider.yaml, or what `loadConfig` gave; what is left out has a default
 * @param seams clock, logger, metrics, resolver: for embedders and tests
 * @throws MailerError `invalid-option`, `invalid-key`, `queue-unavailable`, `queue-newer`
 */
export async function createMailer(
  options: MailerOptions | LoadedConfig = {},
  seams: MailerSeams = {},
): Promise<Mailer> {
  checkKeys(seams, KINDS.createMailer, 'seams')
  const { options: settled } = isLoaded(options) ? options : await resolveOptions(options, { cwd: seams.cwd ?? '.' })
  const { openMailer } = await import('./open-mailer.ts')
  return openMailer(settled, seams)
}
