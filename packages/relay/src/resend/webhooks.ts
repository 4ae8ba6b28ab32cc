/**
 * Webhooks: `/webhooks` of the Resend contract: an account's own endpoints, told in Resend's form of its own mail.
 *
 * Policy. Endpoints of the configuration, and those that operators made, are no account's, and not seen here. Events that Resend has and
 * we have not may be asked for, for an app asks for all of them; one that asks for nothing else is refused. Whoever may change them may
 * read the secret, as the contract has it.
 *
 * Not here: ours (v1/webhooks.ts), what is told (webhook/).
 */
import type { DurableFact, MailerErrorCode } from '@postrider/core'
import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { isUuid } from '../uuid/index.ts'
import { KINDS_OF_RESEND, RESEND_TYPES, type ResendType, type StoredEndpoint, type Webhooks } from '../webhook/index.ts'
import { ApiError, invalid } from './api-error.ts'
import { readJson } from './body.ts'
import type { Caller } from './caller.ts'
import { type Fields, optionalText, requireFields, textList } from './field.ts'
import { pageOf } from './page.ts'
import { refusingWrong } from './refusing-wrong.ts'

export interface WebhookPorts {
  readonly webhooks: () => Webhooks
}

/** What may be no endpoint is the caller's mistake. */
const WRONG: readonly MailerErrorCode[] = ['invalid-option', 'not-possible']
const FIELDS = ['endpoint', 'events', 'status'] as const

export async function createWebhook(request: HttpRequest, caller: Caller, ports: WebhookPorts): Promise<HttpAnswer> {
  const fields = requireFields(await readJson(request), '', FIELDS)
  const url = optionalText(fields, 'endpoint', '')
  if (url === undefined) throw missing('endpoint')
  const { id, secret } = await refusingWrong(WRONG, () =>
    ports.webhooks().add({ url, format: 'resend', account: caller.account.name, ...eventsIn(fields) }),
  )
  return { status: 201, value: { object: 'webhook', id, signing_secret: secret } }
}

export async function listWebhooks(request: HttpRequest, caller: Caller, ports: WebhookPorts): Promise<HttpAnswer> {
  const own = (await ownOf(caller, ports)).toReversed()
  const { page, has_more } = pageOf(own, request.query)
  return {
    status: 200,
    value: { object: 'list', has_more, data: await Promise.all(page.map(each => shown(each, ports))) },
  }
}

export async function showWebhook(request: HttpRequest, caller: Caller, ports: WebhookPorts): Promise<HttpAnswer> {
  const endpoint = await requireOwn(request, caller, ports)
  const value = { object: 'webhook', ...(await shown(endpoint, ports)), signing_secret: endpoint.secret }
  return { status: 200, value }
}

export async function updateWebhook(request: HttpRequest, caller: Caller, ports: WebhookPorts): Promise<HttpAnswer> {
  const { id } = await requireOwn(request, caller, ports)
  const fields = requireFields(await readJson(request), '', FIELDS)
  const url = optionalText(fields, 'endpoint', '')
  const status = optionalText(fields, 'status', '')
  if (status !== undefined && status !== 'enabled' && status !== 'disabled')
    throw invalid('`status` must be `enabled` or `disabled`.')
  const events = fields.events === undefined ? {} : eventsIn(fields)
  const webhooks = ports.webhooks()
  await refusingWrong(WRONG, () => webhooks.change(id, { ...events, ...(url !== undefined && { url }) }))
  if (status === 'disabled') await webhooks.stop(id)
  if (status === 'enabled') await webhooks.start(id)
  return { status: 200, value: { object: 'webhook', id } }
}

export async function removeWebhook(request: HttpRequest, caller: Caller, ports: WebhookPorts): Promise<HttpAnswer> {
  const { id } = await requireOwn(request, caller, ports)
  await ports.webhooks().remove(id)
  return { status: 200, value: { object: 'webhook', id, deleted: true } }
}

export async function rotateSecret(request: HttpRequest, caller: Caller, ports: WebhookPorts): Promise<HttpAnswer> {
  const { id } = await requireOwn(request, caller, ports)
  const { secret } = await ports.webhooks().change(id, { rotate: true })
  return { status: 200, value: { object: 'webhook', id, signing_secret: secret } }
}

function eventsIn(fields: Fields): {
  readonly events: readonly DurableFact['kind'][]
  readonly types: readonly string[]
} {
  const types = textList(fields, 'events')
  if (types.length === 0) throw missing('events')
  const unknown = types.find(type => !/^[a-z]+(?:\.[a-z_]+){1,3}$/.test(type))
  if (unknown !== undefined) throw invalid(`\`events\`: ${JSON.stringify(unknown.slice(0, 100))} is no event.`)
  const known = RESEND_TYPES.filter(type => types.includes(type))
  if (known.length === 0) throw invalid(`Of these events none is told here; these are: ${RESEND_TYPES.join(', ')}.`)
  return { types, events: [...new Set(known.flatMap((type: ResendType) => KINDS_OF_RESEND[type]))] }
}

async function ownOf({ account }: Caller, { webhooks }: WebhookPorts): Promise<readonly StoredEndpoint[]> {
  return (await webhooks().stored()).filter(endpoint => endpoint.account === account.name)
}

export async function requireOwn(request: HttpRequest, caller: Caller, ports: WebhookPorts): Promise<StoredEndpoint> {
  const { id = '' } = request.params
  if (!isUuid(id)) throw new ApiError(422, 'invalid_parameter', 'The `id` must be a valid UUID.')
  const found = (await ownOf(caller, ports)).find(endpoint => endpoint.id === id.toLowerCase())
  if (found !== undefined) return found
  throw new ApiError(404, 'not_found', 'Webhook not found')
}

async function shown({ id, url, types, createdAt }: StoredEndpoint, { webhooks }: WebhookPorts) {
  const { stopped } = await webhooks().show(id)
  return {
    id,
    created_at: new Date(createdAt).toISOString(),
    status: stopped === undefined ? 'enabled' : 'disabled',
    endpoint: url,
    events: types ?? [...RESEND_TYPES],
  }
}

function missing(name: string): ApiError {
  return new ApiError(422, 'missing_required_field', `Missing \`${name}\` field.`)
}
