/**
 * The mailer of a command: options from the configuration file and the environment, as the relay reads them, with the keys
 * that the relay would sign with.
 */

import { access, constants } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import type { Mailer, MailerSeams } from '@postrider/core'
import type { FirstStart, RelayConfig } from '@postrider/relay'
import { say } from '../language/commands.ts'
import { EXIT, type ExitCode } from '../terminal/index.ts'
import { type Context, type Input, textFlag } from './command.ts'

/** Whether this process may deliver, writes into the queue, or only looks: then none is made where there is none. */
export type Role = 'deliver' | 'write' | 'look'

/**
 * @param standIn the host name where none is configured and the machine has none that others could look up
 * @throws MailerError `invalid-config`
 */
export async function readOptions(input: Input, context: Context, standIn?: string): Promise<RelayConfig> {
  const { loadRelayConfig } = await import('@postrider/relay')
  const file = textFlag(input, 'config')
  const env = file === undefined ? context.env : { ...context.env, POSTRIDER_CONFIG: file }
  const named = standIn === undefined || hostname().includes('.')
  return loadRelayConfig({ env, cwd: context.cwd, ...(named ? {} : { machineName: standIn }) })
}

/**
 * The same, with the keys that sign: for each of `relay.domains` one is made where there is none, and those that the relay turned are taken.
 * @throws MailerError `invalid-config`, `invalid-key`; `queue-unavailable`, `queue-newer` when nobody knows which keys sign
 */
export async function readOptionsWithKeys(input: Input, context: Context): Promise<RelayConfig> {
  const { prepareSigningKeys } = await import('@postrider/relay')
  return toldOf(await prepareSigningKeys(await readOptions(input, context)), context)
}

function toldOf({ config, told }: FirstStart, { err }: Context): RelayConfig {
  for (const line of told) err.write(`${line}\n`)
  return config
}

/** With a store that cannot be opened everything else can still be looked at; nothing may be signed, with keys that may be revoked. */
async function prepareKeys(read: RelayConfig, { err }: Context): Promise<FirstStart> {
  const { prepareFirstStart, prepareSigningKeys } = await import('@postrider/relay')
  try {
    return await prepareSigningKeys(read)
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    if (code !== 'queue-unavailable' && code !== 'queue-newer') throw error
    err.write(`${say('mailer.no-rotations', { problem: message })}\n`)
    return prepareFirstStart(read)
  }
}

/**
 * The same for commands that may be about a domain of somebody else, on a machine where nothing is set up: then the host is
 * taken for the one that `init` would propose, and that is told.
 * @throws MailerError `invalid-config`, `invalid-key`
 */
export async function readOptionsAbout(
  domain: string | undefined,
  input: Input,
  context: Context,
): Promise<RelayConfig> {
  const standIn = domain === undefined ? undefined : `mail.${domain}`
  const config = toldOf(await prepareKeys(await readOptions(input, context, standIn), context), context)
  // A host may well be configured with the very name that would be proposed.
  if (standIn !== undefined && config.options.hostname === standIn && (await isUnnamed(input, context)))
    context.err.write(`${say('mailer.no-hostname', { hostname: standIn })}\n`)
  return config
}

/** Nothing is said or sent in its name: whoever only looks needs none. */
const UNNAMED = 'unnamed.invalid'

async function isUnnamed(input: Input, context: Context): Promise<boolean> {
  const { options } = await readOptions(input, context, UNNAMED)
  return options.hostname === UNNAMED
}

/** @throws MailerError `invalid-config`, `queue-unavailable` */
export async function openMailer(input: Input, context: Context, role: Role): Promise<Mailer> {
  const options =
    role === 'deliver' ? await readOptionsWithKeys(input, context) : await readOptions(input, context, UNNAMED)
  return openMailerWith(options, role, context.seams)
}

/** @throws MailerError `queue-unavailable` */
export async function openMailerWith(config: RelayConfig, role: Role, seams: MailerSeams = {}): Promise<Mailer> {
  const { createMailer } = await import('@postrider/core')
  if (role === 'deliver') return createMailer(config, { ...seams, deliver: true })
  return createMailer(role === 'write' ? config : await withoutMaking(config), { ...seams, deliver: false })
}

/**
 * What others tell us is for the queue that our mail went through. Where there is none, the mail server that hands it over keeps it and
 * tries again: nothing may be said to be taken that went nowhere.
 */
export async function withQueue(
  input: Input,
  context: Context,
  work: (mailer: Mailer) => Promise<ExitCode>,
): Promise<ExitCode> {
  if (!(await hasQueue(await readOptions(input, context, UNNAMED), context))) return EXIT.tempFail
  const mailer = await openMailer(input, context, 'look')
  try {
    return await work(mailer)
  } finally {
    await mailer.close()
  }
}

/** Says so where there is none. */
export async function hasQueue({ options }: RelayConfig, context: Context): Promise<boolean> {
  const { path, url } = options.queue
  if (url !== undefined || path === ':memory:' || (await may(path, constants.F_OK))) return true
  context.err.write(`postrider: ${say('mailer.no-queue', { path })}\n`)
  return false
}

/** Looking makes no files: where a queue could be made and is not there yet, it is an empty one in memory. */
async function withoutMaking(config: RelayConfig): Promise<RelayConfig> {
  const { path, url } = config.options.queue
  if (url !== undefined || path === ':memory:' || (await may(path, constants.F_OK))) return config
  // Where it could not be made, opening it says why.
  return (await may(dirname(path), constants.W_OK)) ? inMemory(config) : config
}

async function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  )
}

/** The same configuration with nothing kept on disk. */
export function inMemory(config: RelayConfig): RelayConfig {
  const { queue } = config.options
  return { ...config, options: { ...config.options, mtaSts: {}, queue: { ...queue, path: ':memory:' } } }
}
