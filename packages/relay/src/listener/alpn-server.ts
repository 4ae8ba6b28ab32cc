/**
 * AlpnServer: answers TLS-ALPN-01 challenges: a handshake that asks for `acme-tls/1` is shown the certificate of the challenge.
 * RFC 8737 §3.
 *
 * Not here: making that certificate (certificate/acme.ts).
 */
import type { AddressInfo } from 'node:net'
import { createSecureContext, createServer, type SecureContext } from 'node:tls'
import type { CertificatePair } from './tls.ts'

export interface AlpnServer {
  readonly port: number
  /** Shows this certificate for a name until the returned function is called. */
  show(name: string, pair: CertificatePair): () => void
  close(): Promise<void>
}

export async function startAlpnServer({
  host,
  port,
}: {
  readonly host: string
  readonly port: number
}): Promise<AlpnServer> {
  const contexts = new Map<string, SecureContext>()
  const server = createServer(
    {
      ALPNProtocols: ['acme-tls/1'],
      SNICallback: (name, give) => {
        const context = contexts.get(name.toLowerCase())
        if (context) give(null, context)
        else give(new Error('no challenge for this name'))
      },
    },
    // The handshake is the answer.
    socket => socket.end(),
  )
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    show: (name, { certificate, privateKey }) => {
      contexts.set(name.toLowerCase(), createSecureContext({ cert: certificate, key: privateKey }))
      return () => contexts.delete(name.toLowerCase())
    },
    close: () => new Promise(resolve => server.close(() => resolve())),
  }
}
