/**
 * Site: all that the public part answers: to strangers, and so nothing of the relay itself. What is not in this table is not there.
 *
 * Policy. In plain text that others could read, a challenge is answered, and whoever looks is led to the same address encrypted; nothing else
 * is said. No cookie is set or read, no other site may read an answer, and no answer is kept.
 *
 * Not here: listening (server/), what is given out to whom (v1/, resend/).
 */
import type { Logger } from '@postrider/core'
import type { HttpAnswer, HttpRequest, Route, Site } from '../server/index.ts'
import { type AttachmentPorts, giveAttachment } from './attachment.ts'
import { showTimeline, type TimelinePorts } from './timeline.ts'
import { noSuchLink, showUnsubscribe, type UnsubscribePorts, unsubscribe } from './unsubscribe.ts'
import {
  answerChallenge,
  type ChallengeAnswers,
  givePolicy,
  type MtaStsSettings,
  nameOf,
  nothing,
} from './well-known.ts'

export interface PublicPorts extends UnsubscribePorts, TimelinePorts, AttachmentPorts {
  readonly mailer: UnsubscribePorts['mailer'] & TimelinePorts['mailer'] & AttachmentPorts['mailer']
  readonly logger: Logger
  readonly challenges: ChallengeAnswers
  readonly mtaSts: () => MtaStsSettings
  readonly hostname: () => string
}

const CHALLENGE = '/.well-known/acme-challenge/:token'
const UNSUBSCRIBE = '/unsubscribe/:token'

export function publicSite(ports: PublicPorts): Site {
  const at = (method: Route['method'], path: string, work: (request: HttpRequest) => Promise<HttpAnswer>): Route => ({
    method,
    path,
    answer: async request => (request.client.via === 'plain' ? encrypted(request) : work(request)),
  })
  return {
    routes: [
      { method: 'GET', path: CHALLENGE, answer: async request => answerChallenge(request, ports.challenges) },
      at('GET', '/.well-known/mta-sts.txt', async request => givePolicy(request, ports.mtaSts(), ports.hostname())),
      at('GET', UNSUBSCRIBE, request => showUnsubscribe(request, ports)),
      at('POST', UNSUBSCRIBE, request => unsubscribe(request, ports)),
      at('GET', '/timeline/:token', request => showTimeline(request, ports)),
      at('GET', '/attachment/:token', request => giveAttachment(request, ports)),
    ],
    unknown: async (request, allowed) => {
      if (request.client.via === 'plain') return encrypted(request)
      if (allowed.length === 0) return noSuchLink(request)
      return { ...nothing(), status: 405, headers: { allow: allowed.join(', ') } }
    },
    foreignHost: () => ({ ...nothing(), status: 421 }),
    failed: error => {
      const { message, code } = error as { readonly message?: string; readonly code?: string }
      ports.logger.error({ event: 'http-failed', code, error: message }, 'a public HTTP request could not be answered')
      // Mail programs ask again (RFC 9110 §15.6.4).
      return { ...nothing(), status: 503, body: 'try again later\n', headers: { 'retry-after': '60' } }
    },
  }
}

/** RFC 9110 §15.4.9. A click is not sent on: it would have been said in plain text twice. */
function encrypted(request: HttpRequest): HttpAnswer {
  if (request.method !== 'GET') return { ...nothing(), status: 403, body: 'ask over https\n' }
  const query = request.query.size === 0 ? '' : `?${request.query}`
  const location = `https://${nameOf(request)}${request.path}${query}`
  return { ...nothing(), status: 308, body: 'ask over https\n', headers: { location } }
}
