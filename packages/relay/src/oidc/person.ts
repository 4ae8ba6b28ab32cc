/**
 * Person: who the provider says that somebody is, and what they may do here.
 *
 * Policy. The name is an address, of which the provider may say nothing but that it is verified. Whoever is on neither list comes not in: where addresses are
 * listed the address has to be one of them, where roles are listed one of them has to fit, and the first that does counts.
 *
 * Not here: how the provider is asked (provider.ts), what a role may do (user/).
 */

/** What a value of the claim of roles makes of somebody. */
export interface RoleOf<Role extends string> {
  readonly value: string
  readonly role: Role
  /** Whether messages may be read too. */
  readonly content: boolean
}

export interface Person<Role extends string> {
  readonly name: string
  readonly role: Role
  readonly content: boolean
}

export interface Admission<Role extends string> {
  readonly nameClaim: string
  readonly roleClaim: string
  /** `anna@example.com` or `*@example.com`; empty is everybody whom a role fits. */
  readonly addresses: readonly string[]
  /** Empty makes everybody of `addresses` `see`. */
  readonly roles: readonly RoleOf<Role>[]
}

type Claims = Readonly<Record<string, unknown>>

const LONGEST_NAME = 100

/** Undefined: they may not come in. */
export function chosenFor<Role extends string>(
  claims: Claims,
  { nameClaim, roleClaim, addresses, roles }: Admission<Role>,
  least: Role,
): Person<Role> | undefined {
  const name = nameIn(claims, nameClaim)
  if (name === undefined) return undefined
  const isListed = addresses.length === 0 || addresses.some(each => covers(each, name))
  // Nobody is let in where nothing says who.
  if (!isListed || addresses.length + roles.length === 0) return undefined
  if (roles.length === 0) return { name, role: least, content: false }
  const values = valuesOf(claims[roleClaim])
  const fitting = roles.find(({ value }) => values.includes(value))
  return fitting && { name, role: fitting.role, content: fitting.content }
}

/** Undefined: none that the provider vouches for. */
export function nameIn(claims: Claims, nameClaim: string): string | undefined {
  const name = claims[nameClaim]
  if (typeof name !== 'string' || !/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(name) || name.length > LONGEST_NAME)
    return undefined
  const { email_verified: verified = true } = claims
  // Some providers write it as a string.
  return nameClaim !== 'email' || verified === true || verified === 'true' ? name : undefined
}

function valuesOf(claim: unknown): readonly unknown[] {
  return Array.isArray(claim) ? claim : [claim]
}

function covers(wanted: string, address: string): boolean {
  const [pattern, given] = [wanted.toLowerCase(), address.toLowerCase()]
  return pattern.startsWith('*@') ? given.slice(given.lastIndexOf('@')) === pattern.slice(1) : given === pattern
}
