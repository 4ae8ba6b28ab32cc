/**
 * Stripper: an attacker on the wire between a client and a mail host, who can take STARTTLS out of what the host offers.
 *
 * It relays every octet, except that while `strip` is set the answer to EHLO loses its STARTTLS line, and STARTTLS itself
 * is answered in the host's place. What TLS hides it cannot read.
 */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface Stripper extends AsyncDisposable {
  readonly address: string
  strip: boolean
  /** Everything that went by without TLS while it stripped, from the client. */
  readonly overheard: string
  /** Ends every connection, so that the next one is made anew. */
  cut(): void
}

/** Listens on another address and the same port. */
export async function startStripper(host: { readonly address: string; readonly port: number }): Promise<Stripper> {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  }
  const stripper = { strip: false, overheard: '' }
  const server = createServer(client => {
    const upstream = connect(host.port, host.address)
    keep(client)
    keep(upstream)
    client.on('data', data => {
      if (stripper.strip) stripper.overheard += data.toString('latin1')
      if (stripper.strip && /^STARTTLS\r\n/i.test(data.toString('latin1'))) client.write('502 5.5.1 what is that?\r\n')
      else upstream.write(data)
    })
    upstream.on('data', data => client.write(stripper.strip ? withoutStartTls(Buffer.from(data)) : data))
    client.once('close', () => upstream.destroy())
    upstream.once('close', () => client.destroy())
  })
  const address = '127.0.3.3'
  server.listen(host.port, address)
  await once(server, 'listening')
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return Object.assign(stripper, {
    address,
    cut,
    [Symbol.asyncDispose]: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  })
}

/** The last line of a reply has a space where the others have a hyphen. RFC 5321 §4.2.1 */
function withoutStartTls(data: Buffer): Buffer {
  const lines = data.toString('latin1').split('\r\n')
  const kept = lines.filter(line => !/^250[ -]STARTTLS$/i.test(line))
  if (kept.length === lines.length) return data
  const last = kept.findLastIndex(line => line !== '')
  kept[last] = (kept[last] ?? '').replace(/^250-/, '250 ')
  return Buffer.from(kept.join('\r\n'), 'latin1')
}
