/**
 * World: a relay that listens for HTTP, and what asks its own routes: each answer is held against the shape that its route declares.
 */
import assert from 'node:assert/strict'
import { checkShape, printProblem, problemsOf, systemClock } from '@postrider/core'
import { openKeys, type RelayConfig, type Role, resolveRelayOptions, type Scope } from '@postrider/relay'
import { openStore } from '../../packages/relay/src/assembly/open-accounts.ts'
import type { RelaySeams } from '../../packages/relay/src/assembly/relay-parts.ts'
import type { RelayOptions } from '../../packages/relay/src/config/options.ts'
import { StoredSessions, StoredUsers } from '../../packages/relay/src/user/index.ts'
import { V1_ROUTES } from '../../packages/relay/src/v1/table.ts'
import { isOctets, type V1Route } from '../../packages/relay/src/v1/v1-route.ts'
import { type ResendWorld, startResendWorld } from '../resend/world.ts'

export interface AskOptions {
  /** None when it is empty. @default the operator's */
  readonly key?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface V1Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: what is answered is held against its shape at run time
  readonly body: any
}

export interface V1World extends ResendWorld {
  /** The key of an operator that may do everything. */
  readonly operator: string
  ask(method: V1Route['method'], path: string, options?: AskOptions): Promise<V1Answer>
  operatorKey(scopes: readonly Scope[]): Promise<string>
  /** The cookie of somebody who is logged in. @param more a second user of the same role, say */
  logIn(role: Role, more?: { readonly name?: string; readonly content?: boolean }): Promise<string>
}

const DAY_MS = 86_400_000

/** What the browser of our own page writes. */
export const OWN_PAGE = { 'sec-fetch-site': 'same-origin' } as const

export async function startV1World(options: RelayOptions = {}, seams: RelaySeams = {}): Promise<V1World> {
  const world = await startResendWorld(options, seams)
  const operatorKey = async (scopes: readonly Scope[]): Promise<string> => {
    const { keys, close } = await openKeys(await configOf(world, options), seams.clock)
    const { token } = await keys.add({ name: 'operator', scopes, domains: [], networks: [] })
    await close()
    return token
  }
  const logIn: V1World['logIn'] = async (role, { name = role, content = false } = {}) => {
    const clock = seams.clock ?? systemClock
    await using store = await openStore(await configOf(world, options), clock)
    const users = new StoredUsers(store, clock)
    await users.add({ name, role, content })
    const sessions = new StoredSessions(store, clock, () => ({ idleMs: DAY_MS, sessionMs: DAY_MS }))
    const { token } = await sessions.start({ name }, { address: '127.0.0.1', agent: 'a browser' })
    return `postrider=${token}`
  }
  const operator = await operatorKey(['admin'])
  return {
    ...world,
    operator,
    operatorKey,
    logIn,
    ask: async (method, path, { key = operator, body, headers = {} } = {}) => {
      const isText = typeof body === 'string'
      const type = body === undefined || isText ? {} : { 'content-type': 'application/json' }
      const response = await fetch(`${world.url}${path}`, {
        method,
        headers: { ...(key !== '' && { authorization: `Bearer ${key}` }), ...type, ...headers },
        ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
      })
      const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
      const answer = {
        status: response.status,
        headers: response.headers,
        body: isJson ? await response.json() : await response.text(),
      }
      holdAgainstShape(method, path, answer)
      return answer
    },
  }
}

/** Of the same store. */
export function configOf({ folder }: { readonly folder: string }, options: RelayOptions = {}): Promise<RelayConfig> {
  const { queue = { path: `${folder}/queue.db` } } = options
  return resolveRelayOptions({ queue, hostname: 'mail.abc.mail' })
}

/** The first route of the table that fits, as the server takes it. */
function routeOf(method: string, path: string): V1Route | undefined {
  const parts = path.split('?')[0]!.split('/')
  return V1_ROUTES.find(route => {
    const wanted = route.path.split('/')
    return (
      route.method === method &&
      wanted.length === parts.length &&
      wanted.every((part, at) => part.startsWith(':') || part === parts[at])
    )
  })
}

function holdAgainstShape(method: string, path: string, { status, body }: V1Answer): void {
  if (status !== 200) {
    assert.equal(body.statusCode, status)
    assert.ok(typeof body.name === 'string' && body.message.length > 0, path)
    return
  }
  const route = routeOf(method, path)
  assert.ok(route, `${method} ${path} is not in the table`)
  if (isOctets(route.answers)) return
  const checked = checkShape(route.answers, body)
  if ('issues' in checked)
    assert.fail(
      `${method} ${path}: ${problemsOf(checked.issues, body, route.answers.rule.node).map(printProblem).join('\n')}`,
    )
}
