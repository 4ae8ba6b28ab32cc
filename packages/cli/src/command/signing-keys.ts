/**
 * SigningKeys: what the doctor knows of the DKIM keys of this host: since when they sign, and how far they are turned.
 */
import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import type { RelayConfig } from '@postrider/relay'
import { checkKeyRotation, type Finding, finding, type SigningKeys } from '../checkup/index.ts'
import { say } from '../language/checkup.ts'

/** @param config with the keys that sign */
export async function examineKeys(config: RelayConfig, now: number): Promise<readonly Finding[]> {
  const keys = await signingKeys(config)
  if (keys.length === 0) return []
  const { openKeyRotations, placesOf } = await import('@postrider/relay')
  const file = placesOf(config).storeFile
  // Looking must not make the file.
  if (file !== undefined && !existsSync(file)) return checkKeyRotation(keys, [], now)
  try {
    await using rotations = await openKeyRotations(config)
    return checkKeyRotation(keys, await rotations.list(), now)
  } catch (error) {
    const found = say('rotation.found.unknown', { problem: (error as Error).message })
    return [finding('keys.rotation', { level: 'unknown', found, wanted: say('rotation.wanted') })]
  }
}

async function signingKeys({ options }: RelayConfig): Promise<readonly SigningKeys[]> {
  const signing = options.dkim.filter(({ standing }) => standing === undefined)
  return Promise.all(
    [...Map.groupBy(signing, ({ domain }) => domain)].map(async ([domain, keys]) => {
      const [first] = keys
      const made =
        first !== undefined && isAbsolute(first.source) ? await stat(first.source).catch(() => undefined) : undefined
      return { domain, selectors: keys.map(({ selector }) => selector), since: made?.mtimeMs }
    }),
  )
}
