/**
 * The mailer of a command: options from the configuration file and the environment, as the relay reads them, with the keys
 * that the relay would sign with.
 */
import type { Mailer, MailerSeams } from '@postrider/core'
import type { RelayConfig } from '@postrider/relay'
import { type Context, type Input, textFlag } from './command.ts'

/** Whether this process may deliver, or only looks into the queue. */
export type Role = 'deliver' | 'look'

/** @throws MailerError `invalid-config` */
export async function readOptions(input: Input, context: Context): Promise<RelayConfig> {
  const { loadRelayConfig } = await import('@postrider/relay')
  const file = textFlag(input, 'config')
  const env = file === undefined ? context.env : { ...context.env, POSTRIDER_CONFIG: file }
  return loadRelayConfig({ env, cwd: context.cwd })
}

/**
 * The same, with a key for each of `relay.domains`, made where there is none.
 * @throws MailerError `invalid-config`, `invalid-key`
 */
export async function readOptionsWithKeys(input: Input, context: Context): Promise<RelayConfig> {
  const read = await readOptions(input, context)
  if (read.relay.domains.length === 0) return read
  const { prepareFirstStart } = await import('@postrider/relay')
  const { config, told } = await prepareFirstStart(read)
  for (const line of told) context.err.write(`${line}\n`)
  return config
}

/** @throws MailerError `invalid-config`, `queue-unavailable` */
export async function openMailer(input: Input, context: Context, role: Role): Promise<Mailer> {
  const options = role === 'deliver' ? await readOptionsWithKeys(input, context) : await readOptions(input, context)
  return openMailerWith(options, role, context.seams)
}

/** @throws MailerError `queue-unavailable` */
export async function openMailerWith(config: RelayConfig, role: Role, seams: MailerSeams = {}): Promise<Mailer> {
  const { createMailer } = await import('@postrider/core')
  return createMailer(config, { ...seams, deliver: role === 'deliver' })
}
