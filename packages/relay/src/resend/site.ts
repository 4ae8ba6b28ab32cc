/**
 * Site: the paths of the Resend contract that are served, and a sentence for those that are not.
 *
 * Policy. A path that Resend has and a mailer has not is 404 `not_found`: every SDK knows that name, and takes no 5xx for an outage.
 * Whoever shows no key learns of no path. What goes wrong without being foreseen is 500, and its words stay in the log.
 *
 * Not here: who may ask (access-control/), each answer (its own file).
 */
import { type Clock, type Logger, MailerError } from '@postrider/core'
import type { AccessControl } from '../access-control/index.ts'
import type { OwnDomains } from '../domain/index.ts'
import type { Scope } from '../key/index.ts'
import type { PublicLinks } from '../link/index.ts'
import type { HttpAnswer, HttpRequest, Route, Site } from '../server/index.ts'
import { type AuditPorts, note } from './accountability.ts'
import { ApiError, asAnswer } from './api-error.ts'
import { createKey, type KeyPorts, listKeys, removeKey } from './api-keys.ts'
import { listAttachments, showAttachment } from './attachments.ts'
import { type BatchPorts, BatchSending } from './batch.ts'
import { type Caller, requireCaller, requireKey } from './caller.ts'
import { cancelEmail, rescheduleEmail } from './change.ts'
import { listDomains, showDomain, verifyDomain } from './domains.ts'
import { UnderWay } from './idempotency.ts'
import { listEmails } from './list.ts'
import { type LookPorts, showEmail } from './look.ts'
import { sendEmail } from './send.ts'
import { shareEmail } from './share.ts'
import { listAttempts, listEvents, replayEvent, showEvent } from './webhook-events.ts'
import {
  createWebhook,
  listWebhooks,
  removeWebhook,
  rotateSecret,
  showWebhook,
  updateWebhook,
  type WebhookPorts,
} from './webhooks.ts'

export interface ResendPorts extends Pick<BatchPorts, 'policy'>, WebhookPorts, KeyPorts, AuditPorts {
  readonly accessControl: AccessControl
  readonly clock: Clock
  readonly mailer: BatchPorts['mailer'] & LookPorts['mailer']
  readonly logger: Logger
  readonly domains: OwnDomains
  readonly links: PublicLinks
}

/** Paths beside those that are served. */
const NOT_SERVED_OF_EMAILS: readonly (readonly [method: string, path: RegExp, why: string])[] = [
  ['GET', /^\/emails\/metrics$/, 'Postrider counts in its metrics, not over HTTP.'],
  ['GET', /^\/emails\/receiving(?:\/|$)/, 'Postrider receives no mail.'],
]

type Work = (request: HttpRequest, caller: Caller) => Promise<HttpAnswer>
/** A route for whoever has the scope. */
type At = (method: Route['method'], path: string, scope: Scope, work: Work) => Route

/** The first part of a path that is not served, and why. */
const NOT_SERVED: Readonly<Record<string, string>> = {
  broadcasts: 'Postrider sends transactional mail: it has no broadcasts.',
  audiences: 'Postrider sends transactional mail: it keeps no audiences.',
  segments: 'Postrider sends transactional mail: it keeps no segments.',
  contacts: 'Postrider sends transactional mail: it keeps no contacts.',
  'contact-properties': 'Postrider sends transactional mail: it keeps no contacts.',
  topics: 'Postrider sends transactional mail: it has no topics.',
  templates: 'Postrider keeps no templates: send html or text.',
  automations: 'Postrider runs no automations.',
  events: 'Postrider runs no automations: it takes no events.',
  inboxes: 'Postrider receives no mail: it has no inboxes.',
  oauth: 'Postrider grants nothing by OAuth: make a key with `postrider key add`.',
  domains: 'Domains are those of the configuration: make a key with `postrider keygen`, and see `postrider dns`.',
  suppressions: 'Suppressions are kept with `postrider suppressions` or below /v1/suppressions.',
  logs: 'Postrider logs to its own output, not over HTTP.',
  usage: 'Postrider counts in its metrics, not over HTTP.',
}

/** How a route is entered: by whom it may be, noted when it changes something. */
function door(ports: ResendPorts): At {
  return (method, path, scope, work) => ({
    method,
    path,
    answer: async request => {
      const caller = await requireCaller(ports.accessControl, request, scope)
      let ended: Awaited<ReturnType<typeof note>> | undefined
      try {
        ended = await note({ method, path, scope }, { request, caller }, ports)
        const answer = await work(request, caller)
        await ended(answer.status)
        return { ...answer, headers: { ...caller.headers, ...answer.headers } }
      } catch (error) {
        const refusal = withHeaders(asApiError(error, ports.logger), caller.headers)
        await ended?.(refusal.statusCode)
        throw refusal
      }
    },
  })
}

export function resendSite(ports: ResendPorts): Site {
  const { accessControl } = ports
  const underWay = new UnderWay()
  const domains = { domains: ports.domains, startedAt: ports.clock.now() }
  const batch = new BatchSending(ports, underWay)
  const at = door(ports)
  return {
    routes: [
      at('POST', '/emails', 'send', (request, caller) => sendEmail(request, caller, { ports, underWay })),
      at('POST', '/emails/batch', 'send', (request, caller) => batch.send(request, caller)),
      at('GET', '/emails', 'read', (request, caller) => listEmails(request, caller, ports)),
      at('GET', '/emails/:id', 'read', async (request, caller) => {
        if (/^\/emails\/(?:metrics|receiving)$/.test(request.path)) throw notServed(request, [])
        return showEmail(request, caller, ports)
      }),
      at('PATCH', '/emails/:id', 'operate', (request, caller) => rescheduleEmail(request, caller, ports)),
      at('GET', '/domains', 'read', (_, caller) => listDomains(caller, domains)),
      at('GET', '/domains/:id', 'read', (request, caller) => showDomain(request, caller, domains)),
      at('POST', '/domains/:id/verify', 'read', (request, caller) => verifyDomain(request, caller, domains)),
      ...administration(at, ports),
      at('POST', '/emails/:id/cancel', 'operate', (request, caller) => cancelEmail(request, caller, ports)),
    ],
    unknown: async (request, allowed) => {
      const { headers } = await requireKey(accessControl, request)
      throw withHeaders(notServed(request, allowed), headers)
    },
    foreignHost: () =>
      asAnswer(new ApiError(421, 'security_error', 'Not under this name: name it in relay.http.names.')),
    failed: error => asAnswer(asApiError(error, ports.logger)),
  }
}

/** Endpoints and keys of the account. */
function administration(at: At, ports: ResendPorts): readonly Route[] {
  return [
    at('POST', '/webhooks', 'admin', (request, caller) => createWebhook(request, caller, ports)),
    at('GET', '/webhooks', 'admin', (request, caller) => listWebhooks(request, caller, ports)),
    at('GET', '/webhooks/:id', 'admin', (request, caller) => showWebhook(request, caller, ports)),
    at('PATCH', '/webhooks/:id', 'admin', (request, caller) => updateWebhook(request, caller, ports)),
    at('DELETE', '/webhooks/:id', 'admin', (request, caller) => removeWebhook(request, caller, ports)),
    at('POST', '/webhooks/:id/signing-secret/rotate', 'admin', (request, caller) =>
      rotateSecret(request, caller, ports),
    ),
    at('GET', '/webhooks/:id/events', 'admin', (request, caller) => listEvents(request, caller, ports)),
    at('GET', '/webhooks/:id/events/:event', 'admin', (request, caller) => showEvent(request, caller, ports)),
    at('GET', '/webhooks/:id/events/:event/attempts', 'admin', (request, caller) =>
      listAttempts(request, caller, ports),
    ),
    at('POST', '/webhooks/:id/events/:event/replay', 'admin', (request, caller) => replayEvent(request, caller, ports)),
    at('POST', '/api-keys', 'admin', (request, caller) => createKey(request, caller, ports)),
    at('GET', '/api-keys', 'admin', (request, caller) => listKeys(request, caller, ports)),
    at('DELETE', '/api-keys/:id', 'admin', (request, caller) => removeKey(request, caller, ports)),
    at('GET', '/emails/:id/attachments', 'content', (request, caller) => listAttachments(request, caller, ports)),
    at('GET', '/emails/:id/attachments/:attachment', 'content', (request, caller) =>
      showAttachment(request, caller, ports),
    ),
    at('POST', '/emails/:id/share', 'operate', (request, caller) => shareEmail(request, caller, ports)),
  ]
}

function notServed({ method, path }: HttpRequest, allowed: readonly string[]): ApiError {
  const known = NOT_SERVED_OF_EMAILS.find(([verb, form]) => verb === method && form.test(path))
  if (known !== undefined) return new ApiError(404, 'not_found', known[2])
  if (allowed.length > 0 && !/^\/domains\b/.test(path))
    return new ApiError(405, 'method_not_allowed', `${method} is not allowed here`, { allow: allowed.join(', ') })
  const first = path.split('/')[1] ?? ''
  const why = Object.hasOwn(NOT_SERVED, first) ? NOT_SERVED[first] : undefined
  return new ApiError(404, 'not_found', why ?? `Postrider does not serve ${method} ${path.slice(0, 100)}.`)
}

function withHeaders(
  { statusCode, name, message, headers }: ApiError,
  more: Readonly<Record<string, string>>,
): ApiError {
  return new ApiError(statusCode, name, message, { ...more, ...headers })
}

function asApiError(error: unknown, logger: Logger): ApiError {
  if (error instanceof ApiError) return error
  const { message, code } = error as { readonly message?: string; readonly code?: string }
  if (MailerError.is(error) && (error.code === 'aborted' || error.code === 'closed'))
    return new ApiError(503, 'application_error', 'Shutting down; try again in a moment.', { 'retry-after': '1' })
  logger.error({ event: 'http-failed', code, error: message }, 'an HTTP request could not be answered')
  if (MailerError.is(error) && error.code.startsWith('queue-'))
    return new ApiError(503, 'application_error', 'The queue cannot be used now; try again later.', {
      'retry-after': '5',
    })
  return new ApiError(500, 'application_error', 'An unexpected error occurred.')
}
