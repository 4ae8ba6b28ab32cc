/**
 * Tls: the server side of TLS on a socket that is connected already, for STARTTLS and for TLS from the first octet. The only
 * node:tls import.
 *
 * Policy. TLS 1.2 or newer. A context is made once for each certificate and shared by all connections, which saves a
 * quarter of a handshake. Client certificates are not asked for.
 *
 * Not here: which certificates (certificate-folder.ts). RFC 8314, RFC 7525.
 */
import type { Socket } from 'node:net'
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls'

export interface CertificatePair {
  /** PEM, chain included. */
  readonly certificate: string | Buffer
  /** PEM */
  readonly privateKey: string | Buffer
}

/** What a server shows: one certificate by default, others by name (SNI, RFC 6066 §3). */
export interface TlsContexts {
  readonly fallback: SecureContext
  /** Lower-case name, or `*.domain`, to context. */
  readonly byName: ReadonlyMap<string, SecureContext>
}

export interface TlsFacts {
  readonly protocol: string
  readonly cipher: string
}

/** @throws when the pair does not fit together or cannot be read */
export function secureContext({ certificate, privateKey }: CertificatePair): SecureContext {
  return createSecureContext({ cert: certificate, key: privateKey, minVersion: 'TLSv1.2' })
}

/** The context for a name that a client asked for. */
export function contextFor(contexts: TlsContexts, name: string): SecureContext {
  const asked = name.toLowerCase()
  const wildcard = `*${asked.slice(Math.max(asked.indexOf('.'), 0))}`
  return contexts.byName.get(asked) ?? contexts.byName.get(wildcard) ?? contexts.fallback
}

/**
 * Speaks TLS over the socket. `done` is called once: with the TLS socket when it is up, or with what went wrong; the sockets
 * are destroyed then.
 */
export function acceptTls(
  socket: Socket,
  contexts: TlsContexts,
  done: (secured: TLSSocket | Error) => void,
): TLSSocket {
  const secured = new TLSSocket(socket, {
    isServer: true,
    secureContext: contexts.fallback,
    ...(contexts.byName.size > 1
      ? { SNICallback: (name: string, give) => give(null, contextFor(contexts, name)) }
      : undefined),
  })
  let over = false
  const finish = (result: TLSSocket | Error): void => {
    if (over) return
    over = true
    if (result instanceof Error) {
      secured.destroy()
      socket.destroy()
    }
    done(result)
  }
  secured.on('error', error => finish(error))
  secured.once('_tlsError', (error: Error) => finish(error))
  secured.once('close', () => finish(new Error('the connection was closed during the TLS handshake')))
  // Node documents no event for the server side of a TLSSocket made by hand; this one has been there since 0.11.
  secured.once('secure', () => finish(secured))
  return secured
}

export function tlsFacts(socket: TLSSocket): TlsFacts {
  return { protocol: socket.getProtocol() ?? 'unknown', cipher: socket.getCipher()?.standardName ?? 'unknown' }
}
