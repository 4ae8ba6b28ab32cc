/**
 * Hook: an endpoint of webhooks that takes everything.
 */
import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { WebhookSettings } from '../config/options.ts'

export interface Hook extends AsyncDisposable {
  /** For `relay.webhooks`. */
  readonly options: Required<Omit<WebhookSettings, 'previousSecret'>>
  /** The bodies that came, in their order. */
  readonly told: readonly string[]
  waitFor(count: number): Promise<void>
}

export async function startHook(events: WebhookSettings['events'] = ['delivered']): Promise<Hook> {
  const told: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    told.push(body)
    response.writeHead(204).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    told,
    options: {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      secret: `whsec_${Buffer.alloc(32, 3).toString('base64')}`,
      events,
      format: 'postrider',
    },
    waitFor: async (count: number): Promise<void> => {
      while (told.length < count) await new Promise(setImmediate)
    },
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
