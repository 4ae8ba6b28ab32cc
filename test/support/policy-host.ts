/**
 * Policy host: serves one MTA-STS policy over HTTPS on loopback. RFC 8461 §3.3
 */
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Certificate, makeCertificate } from '@postrider/core/testing'

export interface PolicyHost extends AsyncDisposable {
  readonly port: number
  /** How often it was asked. */
  readonly fetches: number
}

export interface PolicyHostOptions {
  readonly domain: string
  readonly authority: Certificate
  readonly mode?: 'enforce' | 'testing'
  /** @default any host of the domain */
  readonly mx?: string
}

export async function startPolicyHost({
  domain,
  authority,
  mode = 'enforce',
  mx = `*.${domain}`,
}: PolicyHostOptions): Promise<PolicyHost> {
  let fetches = 0
  const certificate = makeCertificate({ names: [`mta-sts.${domain}`], issuer: authority })
  const server = createServer(certificate, (_, response) => {
    fetches++
    response
      .writeHead(200, { 'content-type': 'text/plain' })
      .end(`version: STSv1\nmode: ${mode}\nmx: ${mx}\nmax_age: 604800\n`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    get fetches() {
      return fetches
    },
    [Symbol.asyncDispose]: async () => {
      if (!server.listening) return
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
