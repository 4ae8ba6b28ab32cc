/**
 * Route: one method and path, and who answers; requests and answers as plain values, so that a route needs no socket to be tried.
 *
 * Not here: sockets and limits (http-server.ts), who may ask (each family of routes).
 */
import type { Buffer } from 'node:buffer'

/** Who asks, as far as the connection says. */
export interface Client {
  readonly address: string
  readonly port: number
  /** `127.0.0.1:8080`, as configured: for logs. */
  readonly listener: string
  /** How its words come to us: encrypted, by one of our proxies, in plain text on this machine, or so that others can read them. */
  readonly via: 'tls' | 'proxy' | 'loopback' | 'plain'
  readonly tls?: { readonly protocol: string; readonly cipher: string }
}

export type BodyTrouble = 'too-large' | 'no-memory'

export interface HttpRequest {
  readonly method: string
  readonly path: string
  /** What stands at the places of the path that are named. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  header(name: string): string | undefined
  /** The whole body, within the bounds of one and of all. */
  body(): Promise<Buffer | BodyTrouble>
  readonly client: Client
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal
  /** Aborts when the server takes nothing new: what would be told for ever ends. */
  readonly stopping: AbortSignal
  /** Ends the connection at once. */
  cut(): void
}

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
}

export interface JsonAnswer extends Answer {
  /** Becomes JSON. */
  readonly value: object
}

/** What is no JSON, or is told bit by bit. */
export interface OtherAnswer extends Answer {
  readonly type: string
  readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>
}

export type HttpAnswer = JsonAnswer | OtherAnswer

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `/emails/:id` */
  readonly path: string
  readonly answer: (request: HttpRequest) => Promise<HttpAnswer>
}

/** A family of routes at one root. */
export interface Site {
  readonly routes: readonly Route[]
  /** Neither path nor method is one of the routes; `allowed` are the methods of the path, if it is one. */
  readonly unknown: (request: HttpRequest, allowed: readonly string[]) => Promise<HttpAnswer>
  /** Asked under a name that is not ours. */
  readonly foreignHost: () => HttpAnswer
  /** What went wrong without being foreseen. */
  readonly failed: (error: unknown) => HttpAnswer
}

/** Two families on one listener: what begins with `root` is the second one's; where both have a path, the first one's is asked. */
export function joined(first: Site, root: string, second: Site): Site {
  return {
    routes: [...first.routes, ...second.routes],
    unknown: (request, allowed) =>
      (`${request.path}/`.startsWith(`${root}/`) ? second : first).unknown(request, allowed),
    foreignHost: first.foreignHost,
    failed: first.failed,
  }
}
