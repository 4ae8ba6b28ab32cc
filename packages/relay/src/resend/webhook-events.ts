/**
 * WebhookEvents: `/webhooks/:id/events` of the Resend contract: what an endpoint of the account was told, and what it answered.
 *
 * Policy. Read from the log of answers, which is bounded: an event that is in it no more is not found. Ids are made of ours, which some
 * SDKs cannot hold. What an event said is made anew of its fact, for as long as the queue keeps that.
 *
 * Not here: endpoints themselves (webhooks.ts).
 */
import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { uuidOfText } from '../uuid/index.ts'
import type { LoggedDelivery } from '../webhook/index.ts'
import { ApiError } from './api-error.ts'
import type { Caller } from './caller.ts'
import { pageOf } from './page.ts'
import { requireOwn, type WebhookPorts } from './webhooks.ts'

/** All that is kept of one endpoint. */
const ALL = 2000

interface ToldEvent {
  readonly id: string
  /** What we call it. */
  readonly event: string
  /** The newest first. */
  readonly attempts: readonly LoggedDelivery[]
}

export async function listEvents(request: HttpRequest, caller: Caller, ports: WebhookPorts): Promise<HttpAnswer> {
  const { id } = await requireOwn(request, caller, ports)
  const { page, has_more } = pageOf(await eventsOf(id, ports), request.query)
  const data = await Promise.all(page.map(async each => (await shown(id, each, ports)).value))
  return { status: 200, value: { object: 'list', has_more, data } }
}

export async function showEvent(request: HttpRequest, caller: Caller, ports: WebhookPorts): Promise<HttpAnswer> {
  const { id } = await requireOwn(request, caller, ports)
  const told = await requireEvent(request, id, ports)
  const { value, due } = await shown(id, told, ports)
  const body = await ports.webhooks().bodyOf(id, told.event)
  if (body === undefined) throw new ApiError(404, 'not_found', 'What this event said is not kept any more')
  const next_attempt_at = due === undefined ? null : new Date(due).toISOString()
  return { status: 200, value: { object: 'webhook_event', ...value, next_attempt_at, payload: JSON.parse(body) } }
}

export async function listAttempts(request: HttpRequest, caller: Caller, ports: WebhookPorts): Promise<HttpAnswer> {
  const { id } = await requireOwn(request, caller, ports)
  const { attempts } = await requireEvent(request, id, ports)
  const all = attempts.map(({ id: attempt, at, answer, taken }) => ({
    id: uuidOfText('attempt', attempt),
    http_status_code: statusIn(answer, taken),
    response: answer,
    sent_at: new Date(at).toISOString(),
  }))
  const { page, has_more } = pageOf(all, request.query)
  return { status: 200, value: { object: 'list', has_more, data: page } }
}

export async function replayEvent(request: HttpRequest, caller: Caller, ports: WebhookPorts): Promise<HttpAnswer> {
  const endpoint = await requireOwn(request, caller, ports)
  const { id, event } = await requireEvent(request, endpoint.id, ports)
  await ports.webhooks().replayOne(endpoint.id, event)
  return { status: 200, value: { object: 'webhook_event', id } }
}

/** The log keeps what an answer meant; 0 is none. */
function statusIn(answer: string, taken: boolean): number {
  if (taken) return 200
  return answer === 'gone' ? 410 : Number(/^status (\d{3})$/.exec(answer)?.[1] ?? 0)
}

async function eventsOf(endpoint: string, { webhooks }: WebhookPorts): Promise<readonly ToldEvent[]> {
  const all = (await webhooks().deliveries(endpoint, { limit: ALL })).filter(({ attempt }) => attempt > 0)
  return [...Map.groupBy(all, ({ event }) => event)].map(([event, attempts]) => ({
    id: uuidOfText('event', `${endpoint} ${event}`),
    event,
    attempts,
  }))
}

async function requireEvent({ params }: HttpRequest, endpoint: string, ports: WebhookPorts): Promise<ToldEvent> {
  const wanted = params.event?.toLowerCase()
  const found = (await eventsOf(endpoint, ports)).find(({ id }) => id === wanted)
  if (found !== undefined) return found
  throw new ApiError(404, 'not_found', 'Webhook event not found')
}

async function shown(endpoint: string, { id, event, attempts }: ToldEvent, { webhooks }: WebhookPorts) {
  const isTaken = attempts.some(({ taken }) => taken)
  const due = isTaken ? undefined : await webhooks().dueAt(endpoint, event)
  const first = attempts.at(-1)
  const value = {
    id,
    type: first?.type ?? '',
    created_at: new Date(first?.at ?? 0).toISOString(),
    status: isTaken ? 'success' : due === undefined ? 'failed' : 'attempting',
  }
  return { value, due }
}
