/**
 * PostgresProxy: between a client and a PostgreSQL server, to do to the answer of a COMMIT what networks do.
 *
 * Policy. It reads no more of the protocol than it needs: a chunk from the client that holds the text of a plain COMMIT.
 */

import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * `pass` carries everything; `cut-answer` lets the COMMIT through and breaks the connection when it is answered; `cut-commit`
 * breaks it before; `mute` lets it through and withholds all that is said after.
 */
export type Fault = 'pass' | 'cut-answer' | 'cut-commit' | 'mute'

export interface PostgresProxy {
  readonly url: string
  /** What happens to the next COMMIT; the one after passes. */
  next: Fault
  /** Takes no connection while it is set. */
  away: boolean
  /** Breaks all connections, and takes none. */
  sever(): void
  /** How many COMMITs had a fault. */
  readonly faults: () => number
  close(): Promise<void>
}

const COMMIT = Buffer.from('COMMIT\0')

export async function startPostgresProxy(connectionString: string): Promise<PostgresProxy> {
  const to = new URL(connectionString)
  const sockets = new Set<Socket>()
  let faults = 0
  const state = { next: 'pass' as Fault, away: false }
  const server: Server = createServer(client => {
    if (state.away) {
      client.destroy()
      return
    }
    const upstream = connect(Number(to.port), to.hostname)
    let fault: Fault = 'pass'
    const end = (): void => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', end)
      socket.on('close', () => {
        sockets.delete(socket)
        end()
      })
    }
    client.on('data', (chunk: Buffer) => {
      if (fault === 'pass' && state.next !== 'pass' && chunk.includes(COMMIT)) {
        fault = state.next
        state.next = 'pass'
        faults++
      }
      if (fault === 'cut-commit') end()
      else upstream.write(chunk)
    })
    upstream.on('data', (chunk: Buffer) => {
      // What the server says to the statements before it looks the same: the command that ends it tells them apart.
      if (fault === 'cut-answer' && chunk.includes(COMMIT)) end()
      else if (fault === 'pass') client.write(chunk)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(connectionString)
  url.port = String((server.address() as AddressInfo).port)
  return Object.assign(state, {
    url: url.href,
    sever: () => {
      state.away = true
      for (const socket of sockets) socket.destroy()
    },
    faults: () => faults,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  })
}
