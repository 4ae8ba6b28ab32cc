/**
 * Routes: what the admin server answers, path by path.
 *
 * Policy. It only looks, and takes feedback reports: nothing else here changes anything. `/health` says that the process lives and
 * asks nothing of it; `/ready` says whether mail would be accepted now, and what is missing. A body is JSON, except of `/metrics`.
 *
 * Not here: HTTP and who may ask (server.ts).
 */
import type { Buffer } from 'node:buffer'
import type { Mailer, QueueFilter } from '@postrider/core'
import type { Prometheus } from './prometheus.ts'

export interface Readiness {
  readonly ready: boolean
  /** Each thing that must be, and whether it is. */
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[]
}

export interface AdminPorts {
  readonly explain: Mailer['explain']
  readonly queue: Pick<Mailer['queue'], 'list'>
  /** As they were some seconds ago. */
  readonly counts: Mailer['queue']['counts']
  readonly metrics: Prometheus
  readonly readiness: () => Promise<Readiness>
  readonly feedback: Mailer['feedback']
}

export interface Answer {
  readonly status: number
  readonly type: 'application/json' | 'text/plain; version=0.0.4; charset=utf-8'
  readonly body: string
}

/** @param access `brief` is answered yes or no, and not why */
export async function answer(
  path: string,
  query: URLSearchParams,
  ports: AdminPorts,
  access: 'all' | 'brief',
): Promise<Answer> {
  switch (path) {
    case '/health':
      return json(200, { status: 'alive' })
    case '/ready': {
      const { ready, checks } = await ports.readiness()
      return json(ready ? 200 : 503, access === 'all' ? { ready, checks } : { ready })
    }
    case '/metrics':
      await rememberCounts(ports)
      return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: ports.metrics.text() }
    case '/queue':
      return list(query, ports)
    default: {
      const id = /^\/messages\/([0-9A-Z]{20})$/.exec(path)?.[1]
      return id === undefined ? json(404, { error: 'no such path' }) : explain(id, ports)
    }
  }
}

/**
 * What was posted: `/feedback` takes a feedback report (ARF) as it came by mail; with `?suppress=no` the recipient is mailed
 * further.
 */
export async function take(path: string, query: URLSearchParams, body: Buffer, ports: AdminPorts): Promise<Answer> {
  if (path !== '/feedback') return json(405, { error: 'only /feedback is posted to' })
  const suppress = query.get('suppress') ?? 'yes'
  if (suppress !== 'yes' && suppress !== 'no') return json(400, { error: 'suppress: wanted yes or no' })
  try {
    return json(200, await ports.feedback(body, { suppress: suppress === 'yes' }))
  } catch (error) {
    if ((error as { code?: string }).code !== 'invalid-message') throw error
    return json(422, { error: (error as Error).message })
  }
}

async function explain(id: string, ports: AdminPorts): Promise<Answer> {
  try {
    return json(200, await ports.explain(id))
  } catch (error) {
    if ((error as { code?: string }).code !== 'unknown-message') throw error
    return json(404, { error: 'no such message' })
  }
}

const WAITING = { name: 'postrider_queue_messages', help: 'Messages in the queue.', labels: [] }
const WAITING_RECIPIENTS = {
  name: 'postrider_queue_recipients',
  help: 'Recipients that are not settled yet.',
  labels: [],
}
const HELD = { name: 'postrider_queue_held', help: 'Messages on hold.', labels: [] }

async function rememberCounts({ counts: count, metrics }: AdminPorts): Promise<void> {
  const counts = await count()
  metrics.gauge(WAITING).set(counts.messages)
  metrics.gauge(WAITING_RECIPIENTS).set(counts.recipients)
  metrics.gauge(HELD).set(counts.held)
}

const STATES: ReadonlySet<string> = new Set(['waiting', 'running', 'deferred', 'held'])
const MOST_LISTED = 1000

async function list(query: URLSearchParams, ports: AdminPorts): Promise<Answer> {
  try {
    return json(200, { counts: await ports.counts(), messages: await ports.queue.list(filterOf(query)) })
  } catch (error) {
    if ((error as { code?: string }).code !== 'invalid-option') throw error
    return json(400, { error: (error as Error).message })
  }
}

function filterOf(query: URLSearchParams): QueueFilter {
  const domain = query.get('domain')
  const from = query.get('from')
  const account = query.get('account')
  const state = query.get('state')
  const after = query.get('after')
  const limit = Number(query.get('limit') ?? 100)
  return {
    limit: Number.isInteger(limit) && limit > 0 ? Math.min(limit, MOST_LISTED) : 100,
    ...(domain ? { domain } : {}),
    ...(from ? { from } : {}),
    ...(account ? { account } : {}),
    ...(state && STATES.has(state) ? { state: state as NonNullable<QueueFilter['state']> } : {}),
    ...(after ? { after: after as NonNullable<QueueFilter['after']> } : {}),
  }
}

function json(status: number, value: unknown): Answer {
  return { status, type: 'application/json', body: `${JSON.stringify(value)}\n` }
}
