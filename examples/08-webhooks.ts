/**
 * Receive the webhooks of a relay: prove whom they are from, and take each once, since they come at least once.
 *
 *   SECRET=whsec_… PORT=8080 node 08-webhooks.ts
 *
 * and in the relay's postrider.yaml:
 *
 *   relay:
 *     webhooks:
 *       - { url: 'http://127.0.0.1:8080/', secret: whsec_…, events: [delivered, bounced] }
 */
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'

const { SECRET = '', PORT = '8080' } = process.env
const webhook = new Webhook(SECRET)
const seen = new Set<unknown>()

interface Event {
  readonly type: string
  readonly data: { readonly recipient?: string; readonly reply?: string }
}

/** @returns the status to answer with */
async function take(request: IncomingMessage): Promise<number> {
  const id = request.headers['webhook-id']
  try {
    const { type, data } = webhook.verify(await text(request), request.headers as Record<string, string>) as Event
    if (!seen.has(id)) console.log(`${type} ${data.recipient}: ${data.reply}`)
    seen.add(id)
    return 204
  } catch {
    return 401
  }
}

const server = createServer(async (request, response) => {
  response.writeHead(await take(request)).end()
})
server.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object') console.log(`listening on port ${address?.port}`)
})
process.once('SIGTERM', () => server.close())
