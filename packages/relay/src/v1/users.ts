/**
 * Users: who may log in to the web interface, and as what.
 *
 * Policy. What a provider says of a user is changed at the provider: a change here would be gone at the next login, and a password would
 * outlive its word. Nobody else knows the password of a user: who makes one, or lets one in again, gets a link that is good once, for a quarter of
 * an hour. The last one who may administer stays: the command line is there for whoever wants to begin anew.
 *
 * Not here: accounts, which submit mail (accounts.ts), logging in (sessions.ts).
 */
import { kinds as k } from '@postrider/core'
import { ownOrigin } from '../access-control/index.ts'
import { accountName } from '../account/index.ts'
import type { HttpRequest } from '../server/index.ts'
import { ROLES, type StoredUsers, type User } from '../user/index.ts'
import { requireContentLeave } from './content-leave.ts'
import { requireInterface } from './sessions.ts'
import { NAME, text, time } from './shapes.ts'
import { notFound, V1Error } from './v1-error.ts'
import { declare, type InterfacePorts, type V1Route } from './v1-route.ts'

const USER = k.strictObject({
  name: k.string(),
  role: k.enum(ROLES).describe('`see`, `operate` may change what waits too, `admin` may do everything.'),
  content: k.boolean().describe('May read what messages say.'),
  language: k.string(),
  createdAt: time('When it was made.'),
  hasPassword: k.boolean().describe('Has chosen one; who has not comes in by a link.'),
  provided: k
    .boolean()
    .describe('An OpenID provider vouches for it, and says at each login what it may do: it is changed there.'),
})

const LINK = k.strictObject({
  name: k.string(),
  link: text('Where the user chooses a password. It is in this answer, and nowhere afterwards.'),
  expiresAt: time('When it ends.'),
})

/** It leads to where it was asked for; behind `#`, which goes to no server. */
async function linkFor(name: string, { links }: InterfacePorts, request: HttpRequest) {
  const { token, user, expiresAt } = await links.make(name)
  return { name: user, link: `${ownOrigin(request)}/ui/#/login?link=${token}`, expiresAt }
}

async function known(name: string, users: StoredUsers): Promise<User> {
  const found = await users.find(name)
  if (found === undefined) throw notFound(`there is no user ${name}`)
  return found
}

/** @throws V1Error 409 for one that a provider vouches for */
function requireMadeHere({ name, provided }: User): void {
  if (!provided) return
  throw new V1Error(409, 'validation_error', {
    message: `${name} comes in by an OpenID provider, which says what it may do`,
    wrong: { where: 'name', fix: 'change it at the provider (relay.http.oidc)' },
  })
}

/** @throws V1Error 409 when nobody could administer any more */
async function requireAnother({ name, role }: User, users: StoredUsers): Promise<void> {
  if (role !== 'admin') return
  if ((await users.list()).some(user => user.role === 'admin' && user.name !== name)) return
  throw new V1Error(409, 'validation_error', {
    message: `${name} is the last user who may administer`,
    wrong: { where: 'role', fix: 'make another one first' },
  })
}

export const USER_ROUTES: readonly V1Route[] = [
  declare({
    method: 'GET',
    path: '/v1/users',
    scope: 'admin',
    about: 'relay',
    says: 'Who may log in to the web interface.',
    answers: k.strictObject({ users: k.array(USER) }),
    work: async (_, ports) => ({ users: await requireInterface(ports).users.list() }),
  }),
  declare({
    method: 'POST',
    path: '/v1/users',
    scope: 'admin',
    about: 'relay',
    says: 'Makes a user, and a link by which that person comes in and chooses a password.',
    body: k.strictObject({
      name: NAME,
      role: k.enum(ROLES),
      content: k.boolean().default(false).describe('May read what messages say.'),
    }),
    answers: LINK,
    work: async ({ body, caller, request }, ports) => {
      const own = requireInterface(ports)
      if (body.content) requireContentLeave(caller)
      if (!(await own.users.add(body)))
        throw new V1Error(409, 'validation_error', {
          message: `there is a user ${accountName(body.name)}`,
          wrong: { where: 'name', fix: 'choose another name' },
        })
      return linkFor(body.name, own, request)
    },
  }),
  declare({
    method: 'PATCH',
    path: '/v1/users/:name',
    scope: 'admin',
    about: 'relay',
    says: 'Changes what a user may do; it is so at the next request.',
    body: k.strictObject({ role: k.enum(ROLES).optional(), content: k.boolean().optional() }),
    answers: USER,
    work: async ({ params: { name = '' }, body: { role, content }, caller }, ports) => {
      const { users } = requireInterface(ports)
      if (content === true) requireContentLeave(caller)
      const user = await known(name, users)
      requireMadeHere(user)
      if (role !== undefined && role !== 'admin') await requireAnother(user, users)
      await users.change(name, { ...(role !== undefined && { role }), ...(content !== undefined && { content }) })
      return known(name, users)
    },
  }),
  declare({
    method: 'POST',
    path: '/v1/users/:name/reset',
    scope: 'admin',
    about: 'relay',
    says: 'Ends all sessions of a user and the password, and makes a link to choose another one.',
    body: k.strictObject({}),
    answers: LINK,
    work: async ({ params: { name = '' }, caller, request }, ports) => {
      const own = requireInterface(ports)
      const user = await known(name, own.users)
      requireMadeHere(user)
      if (user.content) requireContentLeave(caller)
      if (!(await own.users.shutOut(name))) throw notFound(`there is no user ${name}`)
      return linkFor(name, own, request)
    },
  }),
  declare({
    method: 'DELETE',
    path: '/v1/users/:name',
    scope: 'admin',
    about: 'relay',
    says: 'Takes a user away, and ends all of its sessions.',
    answers: k.strictObject({ removed: k.string() }),
    work: async ({ params: { name = '' } }, ports) => {
      const { users } = requireInterface(ports)
      const user = await known(name, users)
      await requireAnother(user, users)
      await users.remove(name)
      return { removed: user.name }
    },
  }),
]
