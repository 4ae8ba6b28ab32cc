/**
 * Interface: whether somebody can log in to the web interface, where there is one, and look after the relay there.
 */
import type { User } from '@postrider/relay'
import { say } from '../language/checkup.ts'
import { type Finding, finding } from './finding.ts'

export function checkInterface(users: readonly Pick<User, 'role' | 'hasPassword'>[]): Finding {
  const entering = users.filter(({ hasPassword }) => hasPassword)
  const admins = entering.filter(({ role }) => role === 'admin').length
  return finding('interface.logins', {
    level: admins > 0 ? 'ok' : 'warn',
    found: say('interface.found', { users: entering.length, admins, waiting: users.length - entering.length }),
    wanted: say('interface.wanted'),
    fix: users.length === 0 ? say('interface.fix.first') : 'postrider user reset NAME',
  })
}

/** Whether people can log in at the OpenID provider. @param look asks it */
export async function checkProvider(issuer: string, look: () => Promise<void>): Promise<Finding> {
  const wanted = say('interface.oidc.wanted')
  try {
    await look()
    return finding('interface.oidc', { level: 'ok', found: say('interface.oidc.found', { issuer }), wanted })
  } catch (error) {
    const problem = (error as Error).message
    const found = say('interface.oidc.silent', { issuer, problem })
    return finding('interface.oidc', { level: 'warn', found, wanted, fix: say('interface.oidc.fix') })
  }
}
