/**
 * Routes: what the admin server answers, path by path.
 *
 * Policy. It only looks: nothing here changes anything, and nothing is told of single messages. `/health` says that the process lives and
 * asks nothing of it; `/ready` says whether mail would be accepted now, and what is missing. A body is JSON, except of `/metrics`.
 *
 * Not here: HTTP and who may ask (server.ts), the queue and its messages (v1/).
 */
import type { Mailer } from '@postrider/core'
import type { Prometheus } from './prometheus.ts'

/** Whether it can take mail, and if not, why. */
export interface Readiness {
  /** Every check is `ok`: `/ready` answers 200 then, and 503 otherwise. */
  readonly ready: boolean
  /** Each thing that must be, and whether it is. */
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[]
}

export interface AdminPorts {
  /** As they were some seconds ago. */
  readonly counts: Mailer['queue']['counts']
  readonly metrics: Prometheus
  readonly readiness: () => Promise<Readiness>
}

export interface Answer {
  readonly status: number
  readonly type: 'application/json' | 'text/plain; version=0.0.4; charset=utf-8'
  readonly body: string
}

/** @param access `brief` is answered yes or no, and not why */
export async function answer(path: string, ports: AdminPorts, access: 'all' | 'brief'): Promise<Answer> {
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
    default:
      return json(404, { error: 'no such path: what else there is to ask, relay.http answers below /v1' })
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

function json(status: number, value: unknown): Answer {
  return { status, type: 'application/json', body: `${JSON.stringify(value)}\n` }
}
