/**
 * Accountability: what was done over HTTP, which is kept, and what was asked for lately, which is not.
 *
 * Policy. An action is a request that may change something. Before it is done it stands in the audit, with who asks, what the path says and
 * what the body says, unless a secret may stand there. What only asks for advice is none.
 */
import { kinds as k } from '@postrider/core'
import type { Caller } from '../access-control/index.ts'
import type { HttpRequest } from '../server/index.ts'
import { text, time } from './shapes.ts'
import { declare, isOctets, type V1Ports, type V1Route } from './v1-route.ts'

const WHO = {
  kind: k.enum(['user', 'key']),
  who: text('The name of a user of the interface, or the id of an API key.'),
}

export function isAction({ method, scope }: Pick<V1Route, 'method' | 'scope'>): boolean {
  if (method === 'GET' || scope === 'open') return false
  return method !== 'POST' || (scope !== 'read' && scope !== 'any')
}

/** @returns how to say how it ended */
export async function note(
  route: V1Route,
  { request, body, caller }: { readonly request: HttpRequest; readonly body: unknown; readonly caller: Caller },
  { audit }: V1Ports,
): Promise<(status: number) => Promise<void>> {
  const isKept = route.body !== undefined && !isOctets(route.body) && route.hasSecrets !== true
  const asked = { ...request.params, ...(isKept ? (body as object) : {}) }
  return audit.begin({
    ...(caller.kind === 'session' ? { kind: 'user', who: caller.session.user } : { kind: 'key', who: caller.key.id }),
    address: request.client.address,
    action: `${route.method} ${route.path}`,
    asked: JSON.stringify(asked),
  })
}

export const ACCOUNTABILITY_ROUTES: readonly V1Route[] = [
  declare({
    method: 'GET',
    path: '/v1/audit',
    scope: 'admin',
    about: 'relay',
    says: 'What was done over HTTP, by whom and from where, the newest first; the last 10,000 actions are kept.',
    query: k.strictObject({
      limit: k.int().min(1).max(1000).default(100),
      before: text('The id of the last one of the page before.').optional(),
    }),
    answers: k.strictObject({
      actions: k.array(
        k.strictObject({
          id: k.string(),
          at: time('When it began.'),
          ...WHO,
          address: k.string(),
          action: text('Method and route.'),
          asked: text('What the path and the body said, as JSON; long ones are cut.'),
          status: k.int().describe('Of the answer; absent when it never ended.').optional(),
        }),
      ),
      next: text('`before` of the next page.').optional(),
    }),
    work: async ({ query: { limit, before } }, { audit }) => {
      const actions = await audit.list(limit, before)
      return { actions, ...(actions.length === limit && { next: actions.at(-1)?.id }) }
    },
  }),
  declare({
    method: 'GET',
    path: '/v1/api-log',
    scope: 'admin',
    about: 'relay',
    says: 'The last requests over HTTP, the newest first, without what was asked: 1,000 at most, since this relay started.',
    query: k.strictObject({ limit: k.int().min(1).max(1000).default(100) }),
    answers: k.strictObject({
      requests: k.array(
        k.strictObject({
          at: time('When it was answered.'),
          method: k.string(),
          path: k.string(),
          address: k.string(),
          kind: WHO.kind.optional(),
          who: WHO.who.optional(),
          status: k.int(),
          ms: k.int().describe('Until the answer began.'),
        }),
      ),
    }),
    work: async ({ query: { limit } }, { apiLog }) => ({ requests: apiLog.list(limit) }),
  }),
]
