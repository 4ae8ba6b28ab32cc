/**
 * Sessions: logging in to the web interface and out of it, who is logged in, and one's own settings.
 *
 * How a page gets its session: it posts `{ user, password }` to `/v1/session`, or `{ link, password }` with what stands behind
 * `#/login?link=` in its address, to choose the password. The answer sets a cookie that no script sees; from then on each request of the page
 * (`fetch` with `credentials: 'same-origin'`, which is its default, and `EventSource`) is let in without anything more. What changes
 * something carries `content-type: application/json`. 401 with the name `missing_session` or `missing_api_key` says: show the login.
 *
 * Policy. Whoever may not come in is told the same, whatever was wrong. One's own sessions are listed and ended by everybody, those
 * of others by who may administer.
 *
 * Not here: checking and limits (access-control/), users (users.ts).
 */
import { kinds as k, type Shape } from '@postrider/core'
import type { Caller, Entry } from '../access-control/index.ts'
import { SCOPES } from '../key/index.ts'
import { type ListedSession, ROLES, scopesOf } from '../user/index.ts'
import { SCOPE_LIST, text, time } from './shapes.ts'
import { invalid, notFound, turnedAway } from './v1-error.ts'
import {
  type Asked,
  declare,
  type InterfacePorts,
  sessionOf,
  type V1Ports,
  type V1Route,
  WithHeaders,
} from './v1-route.ts'

const LANGUAGE: Shape<string> = k
  .string()
  .refine(value => /^(?:[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)?$/.test(value) && value.length <= 35)
  .meta({ description: 'A BCP 47 tag, such as `zh-TW`; empty is what the browser says.', wanted: 'a language tag' })

const PASSWORD: Shape<string> = k
  .string()
  .min(12)
  .max(1024)
  .meta({ description: '12 characters at least.', wanted: 'a password of 12 characters at least' })

const WHO = k.strictObject({
  kind: k.enum(['session', 'key']),
  name: text('Of the user, or of the key.'),
  role: k.enum(ROLES).describe('Of a user.').optional(),
  scopes: SCOPE_LIST,
  account: text('Whom a key acts as.').optional(),
  language: LANGUAGE.optional(),
  session: text('Its id, in the list of sessions.').optional(),
  endsAt: time('When the session ends, whatever is done with it.').optional(),
  version: text('Of the relay.'),
  captures: k.boolean().describe('All mail is captured here, and none delivered.'),
})

const SESSION = k.strictObject({
  id: k.string(),
  user: k.string(),
  createdAt: time('When it began.'),
  seenAt: time('When it was last used, to the minute.'),
  address: text('From where it was last used.'),
  agent: text('What its browser calls itself.'),
  current: k.boolean().describe('Is the one that asks.'),
})

/** @throws V1Error 404 */
export function requireInterface(ports: V1Ports): InterfacePorts {
  const found = ports.interface()
  if (found === undefined) throw notFound('there is no web interface: relay.http.interface is off')
  return found
}

function who(caller: Caller, { version, capture }: V1Ports) {
  const relay = { version, captures: capture() !== undefined }
  if (caller.kind === 'session') {
    const { user, role, language, id, endsAt } = caller.session
    return {
      kind: 'session',
      name: user,
      role,
      scopes: scopesOf(caller.session),
      language,
      session: id,
      endsAt,
      ...relay,
    }
  }
  const { name, scopes, account } = caller.key
  return {
    kind: 'key',
    name,
    scopes: scopes.includes('admin') ? SCOPES : scopes,
    ...(account !== undefined && { account }),
    ...relay,
  }
}

interface Login {
  readonly user?: string | undefined
  readonly link?: string | undefined
  readonly password: string
}

async function login({ body, request }: Asked<unknown, Login>, ports: V1Ports) {
  const { frontDoor } = requireInterface(ports)
  const { user, link, password } = body
  if ((user === undefined) === (link === undefined))
    throw invalid({ where: 'user', found: 'both or none of user and link', wanted: 'one of them', fix: 'give one' })
  const entry: Entry =
    link === undefined
      ? await frontDoor.byPassword(request, user ?? '', password)
      : await frontDoor.byLink(request, link, requireLength(password))
  if (entry.kind !== 'entered') throw turnedAway(entry.kind)
  const { session, cookie } = entry
  return new WithHeaders(who({ kind: 'session', session, headers: {} }, ports), { 'set-cookie': cookie })
}

/** Of a password that is chosen: one that is shown may be whatever it is. */
function requireLength(password: string): string {
  if (password.length >= 12) return password
  throw invalid({
    where: 'password',
    found: `${password.length} characters`,
    wanted: '12 characters at least',
    fix: 'choose a longer one',
  })
}

function isMine({ user }: ListedSession, caller: Caller): boolean {
  return caller.kind === 'session' ? user === caller.session.user : false
}

function mayAdminister(caller: Caller): boolean {
  const scopes = caller.kind === 'session' ? scopesOf(caller.session) : caller.key.scopes
  return scopes.includes('admin')
}

export const SESSION_ROUTES: readonly V1Route[] = [
  declare({
    method: 'POST',
    path: '/v1/session',
    scope: 'open',
    about: 'own',
    says: 'Logs in to the web interface: with a user and a password, or with a link that is good once and the password that is chosen.',
    hasSecrets: true,
    body: k.strictObject({
      user: k.string().max(320).optional(),
      link: text('What stands in the link behind `#/login?link=`.').optional(),
      password: k.string().max(1024),
    }),
    answers: WHO,
    work: login,
  }),
  declare({
    method: 'GET',
    path: '/v1/session',
    scope: 'any',
    about: 'own',
    says: 'Who asks, and what they may do.',
    answers: WHO,
    work: async ({ caller }, ports) => who(caller, ports),
  }),
  declare({
    method: 'PATCH',
    path: '/v1/session',
    scope: 'session',
    about: 'own',
    says: 'Changes what the interface keeps for who is logged in.',
    body: k.strictObject({ language: LANGUAGE }),
    answers: WHO,
    work: async ({ body: { language }, caller }, ports) => {
      const session = sessionOf({ caller })
      await requireInterface(ports).users.change(session.user, { language })
      return who({ kind: 'session', session: { ...session, language }, headers: {} }, ports)
    },
  }),
  declare({
    method: 'DELETE',
    path: '/v1/session',
    scope: 'session',
    about: 'own',
    says: 'Logs out.',
    answers: k.strictObject({ ended: k.string() }),
    work: async ({ caller, request }, ports) => {
      const session = sessionOf({ caller })
      const cookie = await requireInterface(ports).frontDoor.leave(request, session)
      return new WithHeaders({ ended: session.id }, { 'set-cookie': cookie })
    },
  }),
  declare({
    method: 'POST',
    path: '/v1/session/password',
    scope: 'session',
    about: 'own',
    says: 'Changes one’s own password. All other sessions of the user end.',
    hasSecrets: true,
    body: k.strictObject({ old: k.string().max(1024), password: PASSWORD }),
    answers: k.strictObject({ changed: k.string() }),
    work: async ({ body: { old, password }, caller, request }, ports) => {
      const session = sessionOf({ caller })
      const answer = await requireInterface(ports).frontDoor.changePassword(request, session, old, password)
      if (answer !== 'changed') throw turnedAway(answer)
      return { changed: session.user }
    },
  }),
  declare({
    method: 'GET',
    path: '/v1/sessions',
    scope: 'read',
    about: 'relay',
    says: 'Who is logged in, the one used last first: one’s own sessions, or everybody’s for who may administer.',
    answers: k.strictObject({ sessions: k.array(SESSION) }),
    work: async ({ caller }, ports) => {
      const { sessions } = requireInterface(ports)
      const all = await sessions.list(
        mayAdminister(caller) || caller.kind !== 'session' ? undefined : caller.session.user,
      )
      const shown = all.filter(session => mayAdminister(caller) || isMine(session, caller))
      const current = caller.kind === 'session' ? caller.session.id : ''
      return { sessions: shown.map(session => ({ ...session, current: session.id === current })) }
    },
  }),
  declare({
    method: 'DELETE',
    path: '/v1/sessions/:id',
    scope: 'read',
    about: 'relay',
    says: 'Ends a session: it is none at the next request.',
    answers: k.strictObject({ ended: k.string() }),
    work: async ({ params: { id = '' }, caller }, ports) => {
      const { sessions } = requireInterface(ports)
      const found = (await sessions.list()).find(session => session.id === id)
      const isKnown = found !== undefined && (mayAdminister(caller) || isMine(found, caller))
      if (!isKnown || !(await sessions.end(id))) throw notFound(`there is no session ${id}`)
      return { ended: id }
    },
  }),
  declare({
    method: 'DELETE',
    path: '/v1/sessions',
    scope: 'session',
    about: 'own',
    says: 'Ends all sessions of one’s own but the one that asks.',
    answers: k.strictObject({ sessions: k.int().describe('How many.') }),
    work: async ({ caller }, ports) => {
      const { user, id } = sessionOf({ caller })
      return { sessions: await requireInterface(ports).sessions.endOthers(user, id) }
    },
  }),
]
