/**
 * SelectorsInUse: with which DKIM selectors this host signs for a domain.
 *
 * Policy. The configuration that is in force says it. Where it cannot be read, most often because a key file that it names is to be
 * made now, what the file says counts as far as the key is there.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { RelayConfig } from '@postrider/relay'
import { readExistingConfig } from '../setup/index.ts'
import { type Context, type Input, textFlag } from './command.ts'
import { readOptions } from './mailer.ts'

/** What the relay calls the keys that it makes at its first start. */
const OF_FIRST_START = 'postrider'
/** Nothing is said in its name. */
const UNNAMED = 'unnamed.invalid'

export async function selectorsInUse(domain: string, input: Input, context: Context): Promise<readonly string[]> {
  try {
    const config = await readOptions(input, context, UNNAMED)
    const { options, relay } = config
    const named = options.dkim.filter(key => key.domain === domain).map(({ selector }) => selector)
    const usual = named.length === 0 && relay.domains.includes(domain) ? [OF_FIRST_START] : named
    return [...new Set([...usual, ...(await turnedSelectors(domain, config))])]
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'invalid-config') throw error
    return selectorsOfFile(domain, input, context)
  }
}

/** Of keys that the relay has turned, or is turning. None where its store cannot be opened: there it turns none. */
async function turnedSelectors(domain: string, config: RelayConfig): Promise<readonly string[]> {
  const { openKeyRotations, placesOf } = await import('@postrider/relay')
  const file = placesOf(config).storeFile
  // Looking must not make the file.
  if (file !== undefined && !existsSync(file)) return []
  const rotations = await openKeyRotations(config).catch(() => undefined)
  if (rotations === undefined) return []
  await using opened = rotations
  const own = (await opened.list()).filter(one => one.domain === domain)
  return own.flatMap(({ selectors, former }) => [...selectors, ...former])
}

async function selectorsOfFile(domain: string, input: Input, { cwd, env }: Context): Promise<readonly string[]> {
  const file = resolve(cwd, textFlag(input, 'config') ?? env.POSTRIDER_CONFIG ?? 'postrider.yaml')
  const text = await readFile(file, 'utf8').catch(() => '')
  const existing = await readExistingConfig(text).catch(() => undefined)
  const keys = existing?.keys ?? []
  return keys
    .filter(key => key.domain === domain && existsSync(resolve(dirname(file), key.privateKeyFile)))
    .map(({ selector }) => selector)
}
