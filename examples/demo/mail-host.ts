/**
 * The receiving side of the demo: an ordinary mail server with TLS on loopback. It is smtp-server from npm, which shares no
 * code with Postrider, so that what it says of a session is somebody else's word.
 */
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export interface Received {
  readonly bytes: Buffer
  /** What the session was, as the server saw it. */
  readonly client: { readonly address: string; readonly helo: string; readonly mailFrom: string; readonly tls: string }
}

export interface MailHost {
  readonly port: number
  /** Resolves with the next message that arrives. */
  next(): Promise<Received>
  close(): Promise<void>
}

/** Starts the server on `address`, on a port of its own. */
export async function startMailHost({
  address,
  name,
  cert,
  key,
}: {
  readonly address: string
  readonly name: string
  readonly cert: string
  readonly key: string
}): Promise<MailHost> {
  const arrived: Received[] = []
  let wake: (() => void) | undefined
  const server = new SMTPServer({
    name,
    cert,
    key,
    authOptional: true,
    disabledCommands: ['AUTH'],
    disableReverseLookup: true,
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const cipher = session.tlsOptions
        arrived.push({
          bytes: Buffer.concat(parts),
          client: {
            address: session.remoteAddress,
            helo: session.hostNameAppearsAs,
            mailFrom: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
            tls: cipher ? `${(cipher as { version?: string }).version}, ${(cipher as { name?: string }).name}` : 'none',
          },
        })
        wake?.()
        done(null, 'Ok: delivered')
      })
    },
  })
  server.on('error', () => {})
  await new Promise<void>(resolve => server.listen(0, address, resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    port,
    next: async () => {
      while (arrived.length === 0) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
      return arrived.shift() as Received
    },
    close: () => new Promise(resolve => server.close(resolve)),
  }
}
