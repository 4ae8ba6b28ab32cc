/**
 * openMailer: the rooms, wired, and the mailer over them; one module, so that all of it is loaded at once.
 */

import { type MailerSeams, openMailerParts } from '../assembly/mailer-parts.ts'
import type { ResolvedOptions } from '../config/index.ts'
import { Mailer } from './mailer.ts'

export async function openMailer(options: ResolvedOptions, seams: MailerSeams): Promise<Mailer> {
  return new Mailer(await openMailerParts(options, seams))
}
