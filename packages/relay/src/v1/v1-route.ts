/**
 * V1Route: one route of our own family as a value: what may be asked, by whom, and what is answered. Whoever may ask what is said here
 * and nowhere else: the site checks it, the OpenAPI document tells it, a test asks each route with each kind of key.
 *
 * Not here: the routes (a file each subject), reading what was asked (read-asked.ts).
 */
import type { AnyShape, Clock, Logger, Mailer, OutputOf, QueueCounts } from '@postrider/core'
import type { Account } from '../account/index.ts'
import type { Caller, Gate } from '../gate/index.ts'
import type { Scope, StoredKeys } from '../key/index.ts'
import type { HttpRequest, OtherAnswer } from '../server/index.ts'
import type { WebhookReplay } from '../webhook/index.ts'

/** An account, without its secret. */
export interface ListedAccount extends Account {
  /** Of the configuration, or of `postrider user`. */
  readonly from: 'configuration' | 'store'
}

export interface V1Ports {
  readonly gate: Gate
  readonly mailer: Mailer
  readonly clock: Clock
  readonly logger: Logger
  readonly keys: StoredKeys
  readonly accounts: () => Promise<readonly ListedAccount[]>
  readonly findAccount: (name: string) => Promise<Account | undefined>
  /** Of the endpoints that are configured now. */
  readonly webhooks: () => Pick<WebhookReplay, 'list' | 'replay'>
  /** As they were some seconds ago. */
  readonly counts: () => Promise<QueueCounts>
  readonly readiness: () => Promise<{
    readonly ready: boolean
    readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[]
  }>
  /** Reads the configuration again. */
  readonly reload: () => Promise<{ readonly told: readonly string[]; readonly needsRestart: readonly string[] }>
  /** Of the relay. */
  readonly version: string
}

/** A media type, where it is no JSON. */
export interface Octets {
  readonly type: string
}

export interface Asked<Query, Body> {
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: Body
  readonly caller: Caller
  readonly request: HttpRequest
}

interface Declared {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** `/v1/messages/:id` */
  readonly path: string
  /** `any`: whoever has a key. */
  readonly scope: Scope | 'any'
  /** `own`: a key of an account asks about its own; `relay`: only keys of operators ask. */
  readonly about: 'own' | 'relay'
  /** One line. */
  readonly says: string
  readonly answers: AnyShape | Octets
}

export interface V1Route extends Declared {
  readonly query?: AnyShape
  readonly body?: AnyShape | Octets
  readonly work: (asked: Asked<never, never>, ports: V1Ports) => Promise<object>
}

interface Typed<Query extends AnyShape, Body extends AnyShape> extends Declared {
  readonly query?: Query
  readonly body?: Body
  /** @returns what `answers` says, or an answer in octets */
  readonly work: (asked: Asked<OutputOf<Query>, OutputOf<Body>>, ports: V1Ports) => Promise<object>
}

/** A route whose work is given what its shapes have checked. */
export function declare<Query extends AnyShape, Body extends AnyShape>(route: Typed<Query, Body>): V1Route {
  return route
}

/** A route to which octets are posted. */
export function declareOctets<Query extends AnyShape>(
  route: Omit<Typed<Query, AnyShape>, 'body' | 'work'> & {
    readonly body: Octets
    readonly work: (asked: Asked<OutputOf<Query>, Uint8Array>, ports: V1Ports) => Promise<object>
  },
): V1Route {
  return route
}

export function isOctets(answers: AnyShape | Octets): answers is Octets {
  return 'type' in answers
}

/** An answer in octets, as the server takes it. */
export function isOther(answer: object): answer is OtherAnswer {
  return 'type' in answer && 'body' in answer
}
