/**
 * Policy host: serves the MTA-STS policies over HTTPS (RFC 8461 §3.3), and takes TLS reports (RFC 8460 §3).
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { Certificate } from '../../support/certs.ts'
import { MTA_STS } from './hosts.ts'
import { POLICIES } from './places.ts'

export interface PolicyHost {
  /** How often the policy of a domain was fetched. */
  fetched(domain: string): number
  /** Bodies that were posted, with their host and path. */
  readonly posted: readonly { readonly host: string; readonly path: string; readonly body: Buffer }[]
  close(): Promise<void>
}

export async function startPolicyHost(certificate: Certificate): Promise<PolicyHost> {
  const counts = new Map<string, number>()
  const posted: { host: string; path: string; body: Buffer }[] = []
  const tls = { cert: readFileSync(certificate.chain), key: readFileSync(certificate.key) }
  const server = createServer(tls, (request, response) => {
    const host = request.headers.host?.replace(/:\d+$/, '') ?? ''
    const path = request.url ?? ''
    const domain = host.replace(/^mta-sts\./, '')
    const policy = path === '/.well-known/mta-sts.txt' ? MTA_STS[domain] : undefined
    if (request.method === 'POST') {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        posted.push({ host, path, body: Buffer.concat(parts) })
        response.writeHead(201).end()
      })
      return
    }
    if (policy !== undefined) counts.set(domain, (counts.get(domain) ?? 0) + 1)
    if (policy?.redirect !== undefined) response.writeHead(302, { location: policy.redirect }).end()
    else if (policy?.text !== undefined) response.writeHead(200, { 'content-type': 'text/plain' }).end(policy.text)
    else response.writeHead(404).end('no policy here\n')
  })
  server.listen(POLICIES.port, POLICIES.address)
  await once(server, 'listening')
  return {
    fetched: domain => counts.get(domain) ?? 0,
    posted,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
