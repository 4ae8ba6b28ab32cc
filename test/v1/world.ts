/**
 * World: a relay that listens for HTTP, and what asks its own routes: each answer is held against the shape that its route declares.
 */
import assert from 'node:assert/strict'
import { checkShape, printProblem, problemsOf } from '@postrider/core'
import { openKeys, resolveRelayOptions, type Scope } from '@postrider/relay'
import type { RelaySeams } from '../../packages/relay/src/assembly/relay-parts.ts'
import type { RelayOptions } from '../../packages/relay/src/config/options.ts'
import { V1_ROUTES } from '../../packages/relay/src/v1/table.ts'
import { isOctets, type V1Route } from '../../packages/relay/src/v1/v1-route.ts'
import { type ResendWorld, startResendWorld } from '../resend/world.ts'

export interface AskOptions {
  /** @default the operator's */
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
}

export async function startV1World(options: RelayOptions = {}, seams: RelaySeams = {}): Promise<V1World> {
  const world = await startResendWorld(options, seams)
  const operatorKey = async (scopes: readonly Scope[]): Promise<string> => {
    const config = await resolveRelayOptions({
      queue: options.queue ?? { path: `${world.folder}/queue.db` },
      hostname: 'mail.abc.mail',
    })
    const { keys, close } = await openKeys(config, seams.clock)
    const { token } = await keys.add({ name: 'operator', scopes, domains: [], networks: [] })
    await close()
    return token
  }
  const operator = await operatorKey(['admin'])
  return {
    ...world,
    operator,
    operatorKey,
    ask: async (method, path, { key = operator, body, headers = {} } = {}) => {
      const isText = typeof body === 'string'
      const type = body === undefined || isText ? {} : { 'content-type': 'application/json' }
      const response = await fetch(`${world.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, ...type, ...headers },
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
