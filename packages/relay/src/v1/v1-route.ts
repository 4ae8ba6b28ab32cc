/**
 * V1Route: one route of our own family as a value: what may be asked, by whom, and what is answered. Whoever may ask what is said here
 * and nowhere else: the site checks it, the OpenAPI document tells it, a test asks each route with each kind of key.
 *
 * Not here: the routes (a file each subject), reading what was asked (read-asked.ts).
 */
import type { AnyShape, Clock, Logger, Mailer, OutputOf, QueueCounts } from '@postrider/core'
import type { AccessControl, ApiLog, Caller, FrontDoor, ProviderDoor, SessionCaller } from '../access-control/index.ts'
import type { Account, EditableAccountStore } from '../account/index.ts'
import type { OwnDomains } from '../domain/index.ts'
import type { CaptureService } from '../inbox/index.ts'
import type { Scope, StoredKeys } from '../key/index.ts'
import type { PublicLinks } from '../link/index.ts'
import type { HttpRequest, OtherAnswer } from '../server/index.ts'
import type { Audit, LoginLinks, StoredSessions, StoredUsers } from '../user/index.ts'
import type { Webhooks } from '../webhook/index.ts'

/** An account, without its secret. */
export interface ListedAccount extends Account {
  /** Of the configuration, or of `postrider user`. */
  readonly from: 'configuration' | 'store'
}

/** The web interface, as far as it is served. */
export interface InterfacePorts {
  readonly frontDoor: FrontDoor
  readonly users: StoredUsers
  readonly sessions: StoredSessions
  readonly links: LoginLinks
  /** Undefined where nobody logs in at a provider. */
  readonly provider: () => { readonly door: ProviderDoor; readonly name: string } | undefined
}

export interface V1Ports {
  /** Undefined when there is none. */
  readonly interface: () => InterfacePorts | undefined
  readonly audit: Pick<Audit, 'begin' | 'list'>
  readonly apiLog: Pick<ApiLog, 'list'>
  /** Undefined where mail is delivered. */
  readonly capture: () => CaptureService | undefined
  readonly accessControl: AccessControl
  readonly mailer: Mailer
  readonly clock: Clock
  readonly logger: Logger
  readonly keys: StoredKeys
  readonly accounts: () => Promise<readonly ListedAccount[]>
  /** Those of `postrider user`. */
  readonly accountStore: EditableAccountStore
  readonly domains: OwnDomains
  readonly links: PublicLinks
  readonly findAccount: (name: string) => Promise<Account | undefined>
  /** Of the endpoints that are configured now, and of those that were made. */
  readonly webhooks: () => Webhooks
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
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** `/v1/messages/:id` */
  readonly path: string
  /** `any`: whoever has a key or is logged in; `session`: whoever is logged in; `open`: everybody, and its work knows no caller. */
  readonly scope: Scope | 'any' | 'session' | 'open'
  /** `own`: a key of an account asks about its own; `relay`: only keys of operators ask. */
  readonly about: 'own' | 'relay'
  /** One line. */
  readonly says: string
  readonly answers: AnyShape | Octets
  /** Its answer may come long after it was asked: whoever lost its leave meanwhile is refused in place of it. */
  readonly waits?: true
  /** Of its body: it is kept nowhere. */
  readonly hasSecrets?: true
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

/** A JSON answer with header fields of its own. */
export class WithHeaders {
  readonly value: object
  readonly headers: Readonly<Record<string, string>>

  constructor(value: object, headers: Readonly<Record<string, string>>) {
    this.value = value
    this.headers = headers
  }
}

/** Of a route for sessions alone: others are not let in. */
export function sessionOf({ caller }: { readonly caller: Caller }): SessionCaller['session'] {
  if (caller.kind === 'session') return caller.session
  throw new TypeError('a route for sessions was asked with a key')
}

export function isOctets(answers: AnyShape | Octets): answers is Octets {
  return 'type' in answers
}

/** An answer in octets, as the server takes it. */
export function isOther(answer: object): answer is OtherAnswer {
  return 'type' in answer && 'body' in answer
}
