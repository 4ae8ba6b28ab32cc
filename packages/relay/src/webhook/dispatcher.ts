/**
 * Dispatcher: durable facts to webhook endpoints, at least once each.
 *
 * Policy. Every endpoint has a worker of its own. Another configuration, and what is made, changed or removed beside it, disturbs only
 * those endpoints that it changes.
 *
 * Not here: telling an endpoint (endpoint-worker.ts, tenure.ts), what an event looks like (event.ts), its signature (signature.ts).
 */
import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { DeliveryLog } from './delivery-log.ts'
import { type ConfiguredEndpoint, configured, type Endpoint } from './endpoint.ts'
import { EndpointWorker, type WorkerPorts } from './endpoint-worker.ts'
import { MOST_PARKED } from './records.ts'
import { signer } from './signature.ts'
import type { StoredEndpoints } from './stored-endpoints.ts'

export interface DispatcherOptions extends Omit<WorkerPorts, 'holder' | 'leaseMs' | 'mostParked' | 'random' | 'log'> {
  readonly endpoints: readonly ConfiguredEndpoint[]
  /** Those that were made while relays run. @default none */
  readonly stored?: Pick<StoredEndpoints, 'list' | 'orphans'>
  readonly log: DeliveryLog
  /** @default 15 s */
  readonly leaseMs?: number
  /** @default chance */
  readonly random?: () => number
  /** @default 100,000 */
  readonly mostParked?: number
}

const LEASE_MS = 15_000
/** How often it is looked whether another process made, changed or removed an endpoint. */
const LOOK_EVERY_MS = 5000

export class Dispatcher {
  readonly #ports: WorkerPorts
  readonly #log: DeliveryLog
  readonly #list: StoredEndpoints['list'] | undefined
  readonly #orphans: StoredEndpoints['orphans'] | undefined
  #configured: readonly EndpointWorker[] = []
  #stored: readonly EndpointWorker[] = []
  #workers: readonly EndpointWorker[] = []
  /** Workers that were taken away, while their last events are answered. */
  readonly #ending = new Map<EndpointWorker, Promise<void>>()
  #looking: Promise<void> = Promise.resolve()
  #stopLooking: (() => void) | undefined
  #closed = false

  /** @throws MailerError `invalid-option` when a secret cannot be read */
  constructor(options: DispatcherOptions) {
    const { endpoints, stored, leaseMs = LEASE_MS, mostParked = MOST_PARKED, random = chance, ...ports } = options
    this.#ports = { ...ports, leaseMs, mostParked, random, holder: randomBytes(12).toString('base64url') }
    this.#log = ports.log
    this.#list = stored && (() => stored.list())
    this.#orphans = stored && (() => stored.orphans())
    this.#configured = this.#workersOf(endpoints.map(configured), (endpoint, at) => this.#workerOf(endpoint, at))
  }

  /** Resolves when it is settled where new endpoints begin. */
  async start(): Promise<void> {
    await this.#take()
    await this.look()
    await this.#forget(async () => (await this.#orphans?.()) ?? [])
  }

  /**
   * Reads other endpoints of the configuration; the function that is returned takes them. One that stays the same is not disturbed, and
   * one whose secret or events changed goes on where it was.
   * @throws MailerError `invalid-option` when a secret cannot be read
   */
  prepare(endpoints: readonly ConfiguredEndpoint[]): () => Promise<void> {
    const workers = this.#workersOf(endpoints.map(configured), (endpoint, at) => this.#workerOf(endpoint, at))
    return async () => {
      this.#configured = workers
      await this.#take()
    }
  }

  /** Takes what was made, changed or removed beside the configuration, now and every few seconds. Never rejects. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look())
    return this.#looking
  }

  async #look(): Promise<void> {
    if (this.#list === undefined || this.#closed) return
    this.#stopLooking?.()
    try {
      this.#stored = this.#workersOf(await this.#list(), endpoint => this.#workerOf(endpoint))
      await this.#take()
    } catch (error) {
      this.#trouble(error)
    }
    const again = (): void => {
      // Never rejects: #look catches what the store does.
      void this.look()
    }
    if (!this.#closed) this.#stopLooking = this.#ports.clock.after(LOOK_EVERY_MS, again, { idle: true })
  }

  /**
   * Lets events under way be answered, then stops. What was not answered comes again after the next start.
   * @param withinMs after that no answer is waited for
   */
  async close(withinMs: number = Number.POSITIVE_INFINITY): Promise<void> {
    this.#closed = true
    this.#stopLooking?.()
    const hangUp = (): void => {
      for (const worker of [...this.#workers, ...this.#ending.keys()]) worker.hangUp()
    }
    const cancel = this.#ports.clock.after(withinMs, hangUp)
    await this.#looking
    await Promise.all([...this.#workers.map(worker => worker.close()), ...this.#ending.values()]).finally(cancel)
    await this.#log.write()
  }

  async #take(): Promise<void> {
    if (this.#closed) return
    const before = this.#workers
    const workers = [...this.#configured, ...this.#stored]
    this.#workers = workers
    for (const worker of before) if (!workers.includes(worker)) this.#end(worker)
    await Promise.all(workers.filter(worker => !before.includes(worker)).map(worker => this.#begin(worker)))
  }

  /** One that is the same has the worker that it had. */
  #workersOf(
    endpoints: readonly Endpoint[],
    make: (endpoint: Endpoint, at: number) => EndpointWorker,
  ): readonly EndpointWorker[] {
    return endpoints.map(
      (endpoint, at) =>
        this.#workers.find(worker => isDeepStrictEqual(worker.endpoint, endpoint)) ?? make(endpoint, at),
    )
  }

  /** @param at where it stands in the configuration */
  #workerOf(endpoint: Endpoint, at?: number): EndpointWorker {
    const { secret, previousSecret } = endpoint
    const secrets = previousSecret === undefined ? [secret] : [secret, previousSecret]
    return new EndpointWorker(
      endpoint,
      signer(secrets, at === undefined ? endpoint.id : `relay.webhooks.${at}`),
      this.#ports,
    )
  }

  #end(worker: EndpointWorker): void {
    const { id, from } = worker.endpoint
    const isRemoved = from === 'store' && !this.#workers.some(other => other.endpoint.id === id)
    // What was under way was noted after its removal.
    const ending = worker
      .close()
      .then(() => (isRemoved ? this.#forget(async () => [id]) : undefined))
      .finally(() => this.#ending.delete(worker))
    this.#ending.set(worker, ending)
  }

  /** Never rejects: what stays is found at the next start. */
  async #forget(which: () => Promise<readonly string[]>): Promise<void> {
    try {
      for (const id of await which()) {
        await this.#ports.records.remove(id)
        await this.#log.clear(id)
      }
    } catch (error) {
      this.#trouble(error)
    }
  }

  #trouble(error: unknown): void {
    this.#ports.logger.warn({ event: 'webhook-store-trouble', error: (error as Error).message }, 'webhook')
  }

  async #begin(worker: EndpointWorker): Promise<void> {
    try {
      await worker.findPlace()
    } catch (error) {
      // The next look begins it.
      this.#workers = this.#workers.filter(other => other !== worker)
      throw error
    }
    // What the worker before it has not told when it ends, this one tells again.
    const before = [...this.#ending].filter(([other]) => other.endpoint.id === worker.endpoint.id)
    // Never rejects: all are settled, and a worker's start catches its own failure.
    void Promise.allSettled(before.map(([, ending]) => ending)).then(() => {
      if (!this.#closed && this.#workers.includes(worker)) worker.start()
    })
  }
}

/** From 0 to 1: asked for once for each failure. */
function chance(): number {
  return randomBytes(4).readUInt32BE() / 2 ** 32
}
