/**
 * ApiLog: the requests of the last while, over both families of routes: who asked for what, and how it was answered.
 *
 * Policy. In memory, and so many: it is for looking at what a client does wrong now. No query, no body, no header: nothing that is secret.
 *
 * Not here: actions, which are kept (user/audit.ts).
 */
import type { Clock } from '@postrider/core'
import type { HttpAnswer, HttpRequest, Site } from '../server/index.ts'

export interface Asker {
  /** `key`: `who` is the id of an API key. */
  readonly kind: 'user' | 'key'
  readonly who: string
}

export interface LoggedRequest extends Partial<Asker> {
  readonly at: number
  readonly method: string
  readonly path: string
  readonly address: string
  readonly status: number
  /** Until the answer began. */
  readonly ms: number
}

const MOST_KEPT = 1000
const LONGEST_PATH = 200

export class ApiLog {
  readonly #clock: Clock
  readonly #askerOf: (request: HttpRequest) => Asker | undefined
  readonly #requests: LoggedRequest[] = []

  constructor(clock: Clock, askerOf: (request: HttpRequest) => Asker | undefined) {
    this.#clock = clock
    this.#askerOf = askerOf
  }

  /** The newest first. */
  list(limit: number): readonly LoggedRequest[] {
    return this.#requests.slice(-limit).reverse()
  }

  /** The same, and each request noted. */
  of(site: Site): Site {
    const noted = (answer: (request: HttpRequest) => Promise<HttpAnswer>) => (request: HttpRequest) =>
      this.#noted(request, () => answer(request))
    return {
      ...site,
      routes: site.routes.map(route => ({ ...route, answer: noted(route.answer) })),
      unknown: (request, allowed) => this.#noted(request, () => site.unknown(request, allowed)),
    }
  }

  async #noted(request: HttpRequest, answer: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
    const began = this.#clock.monotonic()
    // What a family throws, it words itself: its error says the status.
    let status = 500
    try {
      const given = await answer()
      status = given.status
      return given
    } catch (error) {
      status = (error as { readonly statusCode?: number }).statusCode ?? status
      throw error
    } finally {
      const { method, path, client } = request
      if (this.#requests.length >= MOST_KEPT) this.#requests.shift()
      this.#requests.push({
        at: this.#clock.now(),
        method,
        path: path.slice(0, LONGEST_PATH),
        address: client.address,
        ...this.#askerOf(request),
        status,
        ms: Math.round(this.#clock.monotonic() - began),
      })
    }
  }
}
