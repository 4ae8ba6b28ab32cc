/**
 * Site: the paths of the Resend contract that are served, and a sentence for those that are not.
 *
 * Policy. A path that Resend has and a mailer has not is 404 `not_found`: every SDK knows that name, and takes no 5xx for an outage.
 * Whoever shows no key learns of no path. What goes wrong without being foreseen is 500, and its words stay in the log.
 *
 * Not here: who may ask (gate/), each answer (its own file).
 */
import { type Clock, type Logger, MailerError } from '@postrider/core'
import type { Gate } from '../gate/index.ts'
import type { Scope } from '../key/index.ts'
import type { HttpAnswer, HttpRequest, Route, Site } from '../server/index.ts'
import { ApiError, asAnswer } from './api-error.ts'
import { type Caller, requireCaller, requireKey } from './caller.ts'
import { cancelEmail } from './change.ts'
import { type LookPorts, listEmails, showEmail } from './look.ts'
import { Sending, type SendPorts } from './send.ts'

export interface ResendPorts extends Pick<SendPorts, 'policy'> {
  readonly gate: Gate
  readonly clock: Clock
  readonly mailer: SendPorts['mailer'] & LookPorts['mailer']
  readonly logger: Logger
}

/** Paths beside those that are served. */
const NOT_SERVED_OF_EMAILS: readonly (readonly [method: string, path: RegExp, why: string])[] = [
  ['PATCH', /^\/emails\/[^/]+$/, 'Postrider does not change when an email is sent: cancel it, and send it anew.'],
  ['GET', /^\/emails\/metrics$/, 'Postrider counts in its metrics, not over HTTP.'],
  ['POST', /^\/emails\/[^/]+\/share$/, 'Postrider shares no links to emails.'],
  ['GET', /^\/emails\/receiving(?:\/|$)/, 'Postrider receives no mail.'],
  ['GET', /^\/emails\/[^/]+\/attachments(?:\/|$)/, 'Postrider keeps no attachments of mail that is queued.'],
]

type Work = (request: HttpRequest, caller: Caller) => Promise<HttpAnswer>

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
  'api-keys': 'API keys are made with `postrider key add` or POST /v1/keys.',
  domains: 'Domains are those of the configuration: see `postrider dns`, `postrider doctor` and POST /v1/doctor.',
  webhooks: 'Webhooks are those of the configuration (relay.webhooks): see GET /v1/webhooks.',
  suppressions: 'Suppressions are kept with `postrider suppressions` or below /v1/suppressions.',
  logs: 'Postrider logs to its own output, not over HTTP.',
  usage: 'Postrider counts in its metrics, not over HTTP.',
}

export function resendSite(ports: ResendPorts): Site {
  const { gate } = ports
  const sending = new Sending(ports)
  const at = (method: Route['method'], path: string, scope: Scope, work: Work): Route => ({
    method,
    path,
    answer: async request => {
      const caller = await requireCaller(gate, request, scope)
      try {
        const answer = await work(request, caller)
        return { ...answer, headers: { ...caller.headers, ...answer.headers } }
      } catch (error) {
        throw withHeaders(asApiError(error, ports.logger), caller.headers)
      }
    },
  })
  return {
    routes: [
      at('POST', '/emails', 'send', (request, caller) => sending.one(request, caller)),
      at('POST', '/emails/batch', 'send', (request, caller) => sending.batch(request, caller)),
      at('GET', '/emails', 'read', (request, caller) => listEmails(request, caller, ports)),
      at('GET', '/emails/:id', 'read', async (request, caller) => {
        if (/^\/emails\/(?:metrics|receiving)$/.test(request.path)) throw notServed(request, [])
        return showEmail(request, caller, ports)
      }),
      at('POST', '/emails/:id/cancel', 'operate', (request, caller) => cancelEmail(request, caller, ports)),
    ],
    unknown: async (request, allowed) => {
      const { headers } = await requireKey(gate, request)
      throw withHeaders(notServed(request, allowed), headers)
    },
    foreignHost: () =>
      asAnswer(new ApiError(421, 'security_error', 'Not under this name: name it in relay.http.names.')),
    failed: error => asAnswer(asApiError(error, ports.logger)),
  }
}

function notServed({ method, path }: HttpRequest, allowed: readonly string[]): ApiError {
  const known = NOT_SERVED_OF_EMAILS.find(([verb, form]) => verb === method && form.test(path))
  if (known !== undefined) return new ApiError(404, 'not_found', known[2])
  if (allowed.length > 0)
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
