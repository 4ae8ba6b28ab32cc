/**
 * Dispatcher: durable facts to webhook endpoints, at least once each.
 *
 * Policy. Every endpoint has a worker of its own. Another configuration disturbs only those endpoints that it changes.
 *
 * Not here: telling an endpoint (endpoint-worker.ts, tenure.ts), what an event looks like (event.ts), its signature (signature.ts).
 */
import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type Endpoint, EndpointWorker, type WorkerPorts } from './endpoint-worker.ts'
import { MOST_PARKED } from './records.ts'
import { signer } from './signature.ts'

export interface DispatcherOptions extends Omit<WorkerPorts, 'holder' | 'leaseMs' | 'mostParked'> {
  readonly endpoints: readonly Endpoint[]
  /** @default 15 s */
  readonly leaseMs?: number
  /** @default 100,000 */
  readonly mostParked?: number
}

const LEASE_MS = 15_000

export class Dispatcher {
  readonly #ports: WorkerPorts
  #workers: readonly EndpointWorker[] = []
  /** Workers that were taken away, while their last events are answered. */
  readonly #ending = new Map<EndpointWorker, Promise<void>>()
  #closed = false

  /** @throws MailerError `invalid-option` when a secret cannot be read */
  constructor(options: DispatcherOptions) {
    const { endpoints, leaseMs = LEASE_MS, mostParked = MOST_PARKED, ...ports } = options
    this.#ports = { ...ports, leaseMs, mostParked, holder: randomBytes(12).toString('base64url') }
    this.#workers = endpoints.map((endpoint, at) => this.#workerOf(endpoint, at))
  }

  /** Resolves when it is settled where new endpoints begin. */
  async start(): Promise<void> {
    await Promise.all(this.#workers.map(worker => this.#begin(worker)))
  }

  /**
   * Reads other endpoints; the function that is returned takes them. One that stays the same is not disturbed, and one whose
   * secret or events changed goes on where it was.
   * @throws MailerError `invalid-option` when a secret cannot be read
   */
  prepare(endpoints: readonly Endpoint[]): () => Promise<void> {
    const workers = endpoints.map(
      (endpoint, at) =>
        this.#workers.find(worker => isDeepStrictEqual(worker.endpoint, endpoint)) ?? this.#workerOf(endpoint, at),
    )
    return async () => {
      if (this.#closed) return
      const before = this.#workers
      this.#workers = workers
      for (const worker of before) if (!workers.includes(worker)) this.#end(worker)
      await Promise.all(workers.filter(worker => !before.includes(worker)).map(worker => this.#begin(worker)))
    }
  }

  /** Lets events under way be answered, then stops. What was not answered comes again after the next start. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#workers.map(worker => worker.close()), ...this.#ending.values()])
  }

  #workerOf(endpoint: Endpoint, at: number): EndpointWorker {
    return new EndpointWorker(endpoint, signer(endpoint.secret, `relay.webhooks.${at}.secret`), this.#ports)
  }

  #end(worker: EndpointWorker): void {
    const ending = worker.close().finally(() => this.#ending.delete(worker))
    this.#ending.set(worker, ending)
  }

  async #begin(worker: EndpointWorker): Promise<void> {
    await worker.findPlace()
    // What the worker before it has not told when it ends, this one tells again.
    const before = [...this.#ending].filter(([other]) => other.endpoint.url === worker.endpoint.url)
    // Never rejects: all are settled, and a worker's start catches its own failure.
    void Promise.allSettled(before.map(([, ending]) => ending)).then(() => {
      if (!this.#closed && this.#workers.includes(worker)) worker.start()
    })
  }
}
