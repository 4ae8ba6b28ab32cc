/**
 * Aliases: whether the names of ours that take mail of anybody can be read, and whether those that every mail host has are among them.
 *
 * Not here: reading them (the relay). RFC 5321 §4.5.1, RFC 2142 §2.
 */
import type { FoundAliases } from '@postrider/relay'
import { say } from '../language/checkup.ts'
import { type Finding, finding } from './finding.ts'

export async function checkAliases(find: () => Promise<FoundAliases>): Promise<Finding> {
  const wanted = say('aliases.wanted')
  try {
    const { aliases, missing } = await find()
    const found = say('aliases.found', { count: aliases.length })
    if (missing.length === 0) return finding('inbound.aliases', { level: 'ok', found, wanted })
    return finding('inbound.aliases', {
      level: 'warn',
      found: `${found}; ${say('aliases.found.missing', { missing })}`,
      wanted,
      fix: say('aliases.fix'),
    })
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    return finding('inbound.aliases', { level: 'fail', found, wanted, fix: say('aliases.fix.file') })
  }
}
