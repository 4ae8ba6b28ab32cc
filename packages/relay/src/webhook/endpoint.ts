/**
 * Endpoint: whom the relay tells, of what, and in which form.
 *
 * Policy. One of the configuration is known by a digest of its URL, which often holds a secret; one that was made while the relay runs
 * has an id of its own, so that its URL can change and nothing is told twice.
 *
 * Not here: where those that were made are kept (stored-endpoints.ts), how far each was told (records.ts).
 */
import { createHash } from 'node:crypto'
import type { DurableFact, NumberedFact } from '@postrider/core'
import { eventIn, type WebhookEvent } from './event.ts'
import type { Format } from './formats.ts'

/** As the configuration has it. */
export interface ConfiguredEndpoint {
  readonly url: string
  readonly secret: string
  /** The one before it, while receivers change over. */
  readonly previousSecret?: string | undefined
  /** Kinds of facts, such as `delivered`. */
  readonly events: readonly string[]
  /** @default postrider */
  readonly format?: Format | undefined
}

export interface Endpoint extends ConfiguredEndpoint {
  readonly id: string
  /** `store`: made over HTTP or with `postrider webhooks add`. */
  readonly from: 'configuration' | 'store'
  readonly format: Format
  /** Events of its form, such as `email.bounced`; undefined is all that the facts it asks for become. */
  readonly types?: readonly string[]
  /** Whose mail it is told of; undefined is everybody's. */
  readonly account?: string
}

/** What an endpoint of the configuration is called in the store and in logs. */
export function endpointId(url: string): string {
  return createHash('sha256').update(url).digest('base64url').slice(0, 22)
}

export function configured(endpoint: ConfiguredEndpoint): Endpoint {
  const { url, format = 'postrider' } = endpoint
  return { ...endpoint, format, id: endpointId(url), from: 'configuration' }
}

export function wants({ events, account }: Endpoint, fact: DurableFact): boolean {
  return events.includes(fact.kind) && (account === undefined || fact.account === account)
}

/** A fact as the endpoint gets it; undefined when its form has no event for it, or none that it asks for. */
export async function eventFor(
  { format, types }: Endpoint,
  numbered: NumberedFact,
  context: Parameters<typeof eventIn>[2],
): Promise<WebhookEvent | undefined> {
  const event = await eventIn(format, numbered, context)
  return event === undefined || types === undefined || types.includes(event.type) ? event : undefined
}

/** Scheme, host and port: the path is often a secret. */
export function originOf({ url }: Pick<ConfiguredEndpoint, 'url'>): string {
  return new URL(url).origin
}
