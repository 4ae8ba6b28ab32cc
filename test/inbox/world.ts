/**
 * World: a relay that captures all mail, lets anybody in, and listens on loopback.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRelay, type Relay, type RelayOptions } from '@postrider/relay'

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: what is answered is looked at by each test
  readonly body: any
}

export interface InboxWorld extends AsyncDisposable {
  readonly relay: Relay
  readonly folder: string
  readonly url: string
  readonly smtpPort: number
  ask(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** Ends, and leaves the folder. */
  stop(): Promise<void>
}

export interface InboxWorldOptions {
  readonly folder?: string
  readonly capture?: NonNullable<RelayOptions['relay']>['capture']
  readonly options?: RelayOptions
  readonly seams?: Parameters<typeof createRelay>[1]
}

export async function startInboxWorld({
  folder: given,
  capture,
  options,
  seams,
}: InboxWorldOptions = {}): Promise<InboxWorld> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'postrider-inbox-')))
  const relay = await createRelay(
    {
      hostname: 'dev.localhost',
      preflight: 'off',
      queue: { path: join(folder, 'queue.db') },
      ...options,
      relay: {
        listen: ['127.0.0.1:0/plain'],
        trustedNetworks: ['127.0.0.0/8'],
        http: { listen: ['127.0.0.1:0/plain'], requestsPerSecond: 0 },
        ...options?.relay,
        capture: { enabled: true, anyone: true, ...capture },
      },
    },
    seams,
  )
  await relay.listen()
  const url = `http://127.0.0.1:${relay.httpAddresses[0]?.port}`
  const stop = (): Promise<void> => relay.close({ withinMs: 2000 })
  return {
    relay,
    folder,
    url,
    smtpPort: relay.addresses[0]?.port ?? 0,
    ask: async (method, path, body, headers = {}) => {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
      return { status: response.status, body: isJson ? await response.json() : await response.text() }
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
