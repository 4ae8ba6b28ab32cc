/**
 * ContainerVariables: the variables of the old Postfix containers, and POSTRIDER_LISTEN, as the POSTRIDER_* variables that say the same.
 *
 * Policy. `maildomain` and `smtp_user=user:password,…` (one container), `MTA_DOMAIN`, `MTA_HOST` and
 * `MTA_USERS=user:password,…` (the other) work as they did: the same names log in, with and without the domain behind
 * them, on the same ports; 25 takes logins with and without TLS, because that is what forums were told to use. A POSTRIDER_* variable
 * that says the same wins.
 *
 * Not here: the volumes of those containers (first-start.ts, options.ts).
 */
import { type MailerError, wrongValue } from '@postrider/core'

export type Environment = Readonly<Record<string, string | undefined>>

const OLD_LISTEN = '[::]:25/starttls/plain,[::]:587/starttls/plain,[::]:465/tls'

/** @throws {MailerError} `invalid-config` naming the variable that makes no sense */
export function translateEnvironment(env: Environment): Environment {
  const { POSTRIDER_LISTEN: listen, ...rest } = env
  const domain = env.maildomain?.trim() || env.MTA_DOMAIN?.trim()
  const host = env.MTA_HOST?.trim() || env.maildomain?.trim() || env.MTA_DOMAIN?.trim()
  const said: Record<string, string | undefined> = {
    POSTRIDER_RELAY_LISTEN: listen ?? (domain ? OLD_LISTEN : undefined),
    POSTRIDER_HOSTNAME: host,
    POSTRIDER_RELAY_DOMAINS: domain,
    POSTRIDER_RELAY_ACCOUNTS: accounts(env, host),
  }
  return { ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)), ...nonEmpty(rest) }
}

function nonEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
}

function accounts(env: Environment, host: string | undefined): string | undefined {
  const variable = env.smtp_user ? 'smtp_user' : 'MTA_USERS'
  const text = env[variable]?.trim()
  if (!text) return undefined
  const logins = new Map<string, string>()
  for (const entry of text.split(',')) {
    const colon = entry.indexOf(':')
    const name = entry.slice(0, colon).trim()
    const password = entry.slice(colon + 1)
    if (colon < 1 || name === '' || password === '') throw badUsers(variable)
    logins.set(name, password)
    if (!name.includes('@') && host) logins.set(`${name}@${host}`, password)
  }
  return JSON.stringify([...logins].map(([name, password]) => ({ name, password })))
}

/** Never shows what was found: it holds passwords. */
function badUsers(variable: string): MailerError {
  return wrongValue('invalid-config', {
    where: variable,
    found: 'an entry that is not user:password',
    wanted: 'user:password, several separated by commas',
    fix: `correct ${variable}`,
  })
}
