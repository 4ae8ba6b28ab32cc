/**
 * The mailer of a command: options from the configuration file and the environment, as every other program reads them.
 */
import type { LoadedConfig, Mailer } from '@postrider/core'
import { type Context, type Input, textFlag } from './command.ts'

/** Whether this process may deliver, or only looks into the queue. */
export type Role = 'deliver' | 'look'

/** @throws MailerError `invalid-config` */
export async function readOptions(input: Input, context: Context): Promise<LoadedConfig> {
  const { loadConfig } = await import('@postrider/core')
  const file = textFlag(input, 'config')
  return loadConfig({
    env: file === undefined ? context.env : { ...context.env, POSTRIDER_CONFIG: file },
    cwd: context.cwd,
  })
}

/** @throws MailerError `invalid-config`, `queue-unavailable` */
export async function openMailer(input: Input, context: Context, role: Role): Promise<Mailer> {
  const { createMailer } = await import('@postrider/core')
  return createMailer(await readOptions(input, context), { deliver: role === 'deliver' })
}
