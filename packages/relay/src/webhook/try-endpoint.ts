/**
 * TryEndpoint: one event that never was, posted to an endpoint now, in its form and with its signature.
 *
 * Policy. It is of a kind that the endpoint asks for, when none is named. Whatever the answer, nothing else follows of it: 410 stops
 * nobody, and it is not tried again.
 */
import { randomBytes } from 'node:crypto'
import { type Clock, type DurableFact, MailerError } from '@postrider/core'
import type { MayReach } from './address-guard.ts'
import type { Delivery } from './delivery-log.ts'
import { type Endpoint, originOf } from './endpoint.ts'
import { eventIn, type WebhookEvent } from './event.ts'
import { BEGINNING } from './place.ts'
import { posterOf, postTo } from './post-event.ts'
import { openPoster } from './poster.ts'
import { sampleFact } from './sample.ts'
import { signer } from './signature.ts'

export interface TryPorts {
  readonly kind: DurableFact['kind'] | undefined
  readonly clock: Clock
  readonly mayReach: MayReach
}

/** What a made-up message has of itself. */
const LOOK = { header: '<test@postrider.test>', from: 'Test <test@postrider.test>', subject: 'A test' }

/** @throws MailerError `not-possible` when its form has no event of that kind */
export async function tryEndpoint(endpoint: Endpoint, { kind, clock, mayReach }: TryPorts): Promise<Delivery> {
  const { type, body } = await sampleFor(endpoint, kind, clock.now())
  const event = `test-${randomBytes(9).toString('base64url')}`
  const { secret, previousSecret } = endpoint
  const sign = signer(previousSecret === undefined ? [secret] : [secret, previousSecret], 'webhook')
  const poster = await openPoster(clock, ...posterOf(endpoint, mayReach))
  const at = clock.now()
  const { answer, tookMs } = await postTo(poster, { id: event, body, sign }, clock).finally(() => poster.close())
  return { at, event, type, attempt: 0, taken: answer === 'taken', answer, tookMs }
}

async function sampleFor(
  endpoint: Endpoint,
  kind: DurableFact['kind'] | undefined,
  now: number,
): Promise<WebhookEvent> {
  const kinds = kind === undefined ? (endpoint.events as readonly DurableFact['kind'][]) : [kind]
  for (const each of kinds) {
    const numbered = { number: 0, fact: sampleFact(each, now) }
    const event = await eventIn(endpoint.format, numbered, { former: BEGINNING, looks: { of: async () => LOOK } })
    if (event !== undefined) return event
  }
  throw new MailerError('not-possible', `the form ${endpoint.format} has no event of ${kinds.join(', ')}`, {
    where: originOf(endpoint),
    fix: 'name a kind that it has, such as delivered',
  })
}
