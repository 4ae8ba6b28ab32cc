/**
 * Webhooks: the endpoints as people see and change them: those of the configuration and those that were made beside them.
 *
 * Policy. What stands in the configuration is changed there, and can only be stopped and started here. An endpoint that is made here may
 * be told only at addresses of the public internet, for whoever asks over HTTP must not reach into our network; and it begins with what
 * comes from then on. The path of a URL is often a secret: lists show its host.
 *
 * Not here: telling (tenure.ts), what is told again (replay.ts), routes and commands.
 */
import { randomBytes } from 'node:crypto'
import { type Clock, type DurableFact, type Mailer, MailerError, wrongValue } from '@postrider/core'
import { isForbidden, type MayReach } from './address-guard.ts'
import type { Delivery, DeliveryLog, LoggedDelivery } from './delivery-log.ts'
import { type ConfiguredEndpoint, configured, type Endpoint, eventFor, originOf } from './endpoint.ts'
import type { EndpointState } from './endpoint-state.ts'
import { MessageLooks } from './message-look.ts'
import { BEGINNING, numberOf, type Place, placeOf, readPlace } from './place.ts'
import type { Records } from './records.ts'
import { removeEndpoint, removeEndpointsOf } from './removal.ts'
import { type Replayed, type ReplayRange, replay } from './replay.ts'
import { signer } from './signature.ts'
import {
  type EndpointChanges,
  MOST_OF_ACCOUNT,
  MOST_STORED,
  type NewEndpoint,
  type StoredEndpoint,
  type StoredEndpoints,
} from './stored-endpoints.ts'
import { tryEndpoint } from './try-endpoint.ts'

export interface WebhooksParts {
  readonly configured: readonly ConfiguredEndpoint[]
  readonly stored: StoredEndpoints
  readonly records: Records
  readonly log: DeliveryLog
  readonly mailer: Pick<Mailer, 'readFacts' | 'newestFact'> & { readonly queue: Pick<Mailer['queue'], 'show'> }
  readonly clock: Clock
  readonly mayReach: MayReach
  /** Tells whoever tells endpoints in this process that there are others. */
  readonly onChange?: () => Promise<void>
}

export type WantedEndpoint = Omit<NewEndpoint, 'secret'> & { readonly secret?: string | undefined }

const SECRET_BYTES = 32

export class Webhooks {
  readonly #it: WebhooksParts

  constructor(parts: WebhooksParts) {
    this.#it = parts
  }

  /** Every endpoint, and how far it has been told. */
  async list(): Promise<readonly EndpointState[]> {
    return Promise.all((await this.endpoints()).map(endpoint => this.#stateOf(endpoint)))
  }

  /** One endpoint. @throws MailerError `invalid-option` */
  async show(name: string): Promise<EndpointState> {
    return this.#stateOf(await this.find(name))
  }

  /** Those of the configuration first. */
  async endpoints(): Promise<readonly Endpoint[]> {
    return [...this.#it.configured.map(configured), ...(await this.#it.stored.list())]
  }

  /** Those that were made while it ran. */
  stored(): Promise<readonly StoredEndpoint[]> {
    return this.#it.stored.list()
  }

  /** The secret is in the answer. @throws MailerError `invalid-option`, `not-possible` */
  async add(wanted: WantedEndpoint): Promise<{ readonly id: string; readonly secret: string }> {
    const { stored, records, mailer, onChange } = this.#it
    const secret = wanted.secret ?? newSecret()
    this.#check({ url: wanted.url, secret })
    const id = await stored.add({ ...wanted, secret })
    if (id === undefined)
      throw impossible(`there are ${mostOf(wanted.account)} already`, 'remove one, or use the configuration')
    await records.add(id, placeOf(await mailer.newestFact()))
    await onChange?.()
    return { id, secret }
  }

  /**
   * With `rotate` it gets a new secret, which is in the answer; the one before it signs beside it, until `endRotation`.
   * @throws as `add` does
   */
  async change(
    name: string,
    changes: Omit<EndpointChanges, 'secret' | 'previousSecret'> & {
      readonly rotate?: boolean
      readonly endRotation?: boolean
    },
  ): Promise<{ readonly id: string; readonly secret?: string }> {
    const { stored, onChange } = this.#it
    const { rotate = false, endRotation = false, ...rest } = changes
    const before = await this.#findStored(name)
    const secret = rotate ? newSecret() : before.secret
    this.#check({ url: rest.url ?? before.url, secret })
    const ended = endRotation ? { previousSecret: undefined } : {}
    const rotated = rotate ? { secret, previousSecret: before.secret } : ended
    if (!(await stored.change(before, { ...rest, ...rotated }))) throw unknown(name)
    await onChange?.()
    return { id: before.id, ...(rotate && { secret }) }
  }

  /** With all that is kept of it. @throws MailerError `invalid-option`, `not-possible` */
  async remove(name: string): Promise<string> {
    const { id } = await this.#findStored(name)
    return removeEndpoint(id, this.#it)
  }

  /** Removes all that an account made, with what is kept of them. */
  removeOf(account: string): Promise<void> {
    return removeEndpointsOf(account, this.#it)
  }

  /** @returns whether it was told until now */
  async stop(name: string): Promise<boolean> {
    const { id } = await this.#findBegun(name)
    return this.#it.records.stop(id, 'operator')
  }

  /** It is told on from where it was, with what it answered 410 to. @returns whether it was stopped */
  async start(name: string): Promise<boolean> {
    const { id } = await this.#findBegun(name)
    return this.#it.records.start(id)
  }

  /** Posts an event that never was, and waits for the answer. */
  async test(name: string, kind?: DurableFact['kind']): Promise<Delivery> {
    const { clock, mayReach, log } = this.#it
    const endpoint = await this.find(name)
    const delivery = await tryEndpoint(endpoint, { kind, clock, mayReach })
    log.note(endpoint.id, delivery)
    await log.write()
    return delivery
  }

  /** What an endpoint was posted and what it answered, newest first. @throws MailerError `invalid-option` */
  async deliveries(
    name: string,
    page: { readonly limit: number; readonly before?: string | undefined },
  ): Promise<readonly LoggedDelivery[]> {
    const { id } = await this.find(name)
    return this.#it.log.list(id, page)
  }

  /** Tells again what was told or missed since a moment. @throws MailerError `not-possible`, `invalid-option` */
  async replay(name: string, typed: ReplayRange = {}): Promise<readonly Replayed[]> {
    const { records, mailer, clock } = this.#it
    return replay(await this.find(name), typed, { records, mailer, now: () => clock.now() })
  }

  /** One event, by its id. @throws MailerError `not-possible`, `invalid-option` */
  async replayOne(name: string, event: string): Promise<void> {
    const place = numberOf(requirePlace(event))
    await this.replay(name, { after: placeOf(place - 1), through: placeOf(place) })
  }

  /** When an event that was not taken is tried again. */
  async dueAt(name: string, event: string): Promise<number | undefined> {
    const { id } = await this.find(name)
    return (await this.#it.records.parkedAt(id, requirePlace(event)))?.due
  }

  /** What an event said; undefined when the queue has it no more. */
  async bodyOf(name: string, event: string): Promise<string | undefined> {
    const { mailer, clock } = this.#it
    const endpoint = await this.find(name)
    const number = numberOf(requirePlace(event))
    const [numbered] = await mailer.readFacts({ after: number - 1, limit: 1 })
    if (numbered?.number !== number) return undefined
    const looks = new MessageLooks(mailer.queue, clock)
    const told = await eventFor(endpoint, numbered, { former: BEGINNING, looks })
    return told?.body
  }

  /** @param name an id, a URL, or its scheme, host and port when one endpoint has it @throws MailerError `invalid-option` */
  async find(name: string): Promise<Endpoint> {
    const all = await this.endpoints()
    const wanted = name.replace(/\/$/, '')
    const found = all.filter(endpoint => endpoint.url === name || endpoint.id === name || originOf(endpoint) === wanted)
    const [only, another] = found
    if (only !== undefined && another === undefined) return only
    throw unknown(name, { all, isSeveral: only !== undefined })
  }

  async #findStored(name: string): Promise<StoredEndpoint> {
    const endpoint = await this.find(name)
    if (isStored(endpoint)) return endpoint
    throw impossible(
      `${originOf(endpoint)} is set in the configuration, and cannot be changed here`,
      'change relay.webhooks in the configuration file, and reload it',
    )
  }

  async #findBegun(name: string): Promise<Endpoint> {
    const { records, mailer } = this.#it
    const endpoint = await this.find(name)
    // One that no relay has told anything yet.
    await records.add(endpoint.id, placeOf(await mailer.newestFact()))
    return endpoint
  }

  #check({ url, secret }: { readonly url: string; readonly secret: string }): void {
    signer([secret], 'webhook')
    const isWeb = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
    if (isWeb && !isForbidden(url, this.#it.mayReach)) return
    throw wrongValue('invalid-option', {
      where: 'url',
      found: isWeb ? originOf({ url }) : 'something else',
      wanted: 'an https:// or http:// address of the public internet',
      fix: 'an endpoint in your own network is written into relay.webhooks of the configuration',
    })
  }

  async #stateOf(endpoint: Endpoint): Promise<EndpointState> {
    const { records } = this.#it
    const { id, from, format, events, types, account } = endpoint
    const { place, stopped, parked = 0, failingSince } = (await records.standing(id)) ?? {}
    return {
      id,
      endpoint: originOf(endpoint),
      from,
      format,
      events,
      ...(types !== undefined && { types }),
      ...(account !== undefined && { account }),
      ...(place !== undefined && { place }),
      ...(stopped !== undefined && { stopped }),
      parked,
      ...(failingSince !== undefined && { failingSince }),
      dropped: await records.dropped(id),
    }
  }
}

function requirePlace(event: string): Place {
  const place = readPlace(event)
  if (place !== undefined) return place
  throw new MailerError('invalid-option', `there is no event ${event}`, {
    where: 'event',
    found: event,
    wanted: 'its id',
  })
}

function isStored(endpoint: Endpoint): endpoint is StoredEndpoint {
  return endpoint.from === 'store'
}

function mostOf(account: string | undefined): string {
  const all = `${MOST_STORED} endpoints`
  return account === undefined ? all : `${all}, or ${MOST_OF_ACCOUNT} of ${account},`
}

function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
}

function unknown(
  name: string,
  { all = [], isSeveral = false }: { readonly all?: readonly Endpoint[]; readonly isSeveral?: boolean } = {},
): MailerError {
  const ids = all.map(endpoint => `${endpoint.id} (${originOf(endpoint)})`)
  return new MailerError('invalid-option', `${isSeveral ? 'more than one' : 'no'} endpoint is ${name}`, {
    where: 'endpoint',
    found: name,
    wanted: ids.length === 0 ? 'an endpoint, of which there are none' : `one of ${ids.join(', ')}`,
  })
}

function impossible(message: string, fix: string): MailerError {
  return new MailerError('not-possible', message, { where: 'relay.webhooks', fix })
}
