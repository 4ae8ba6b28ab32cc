/**
 * User: a person who logs in to the web interface, and what that person may do there.
 *
 * Policy. A user is no account: what an application has in its configuration opens no interface, and what opens the interface submits
 * no mail. What a message says is read by nobody without leave of its own, whatever the role.
 *
 * Not here: where users are kept (stored-users.ts), API keys, which programs have (key/).
 */
import type { Scope } from '../key/index.ts'

/** Each may do what the one before it may. */
export const ROLES = ['see', 'operate', 'admin'] as const
/** What a user may do. */
export type Role = (typeof ROLES)[number]

/** Who may use the web interface. */
export interface User {
  /** In the form of `accountName`. */
  readonly name: string
  /** What it may do in the web interface. */
  readonly role: Role
  /** May read what messages say. */
  readonly content: boolean
  /** A BCP 47 tag; '' is what the browser says. */
  readonly language: string
  /** When it was made, in milliseconds since 1970. */
  readonly createdAt: number
  /** Has chosen one; who has not comes in by a link. */
  readonly hasPassword: boolean
  /** An OpenID provider vouches for it, and says at each login what it may do. */
  readonly provided: boolean
}

const SCOPES_OF: Readonly<Record<Role, readonly Scope[]>> = {
  see: ['read'],
  operate: ['read', 'operate', 'send'],
  admin: ['read', 'operate', 'send', 'admin'],
}

export function scopesOf({ role, content }: Pick<User, 'role' | 'content'>): readonly Scope[] {
  return content ? [...SCOPES_OF[role], 'content'] : SCOPES_OF[role]
}
