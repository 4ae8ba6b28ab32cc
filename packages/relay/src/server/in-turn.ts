/**
 * InTurn: one answer at a time on a connection.
 *
 * Policy. Requests may come one behind the other before any is answered (RFC 9112 §9.3.2), a thousand of them in one packet, from anybody.
 * Each waits until the answer before it was taken: what a client does not read is one answer, not a thousand. More than `MOST_WAITING`
 * are nothing that a client does, and end the connection. An answer of which nothing is taken for that long ends it, too.
 *
 * Not here: how much a request may be, and how long it may take (http-server.ts); streams that never end (v1/event-stream.ts).
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Listen } from './router.ts'

const MOST_WAITING = 100

/** @param stalledMs how long a client may take nothing of an answer */
export function inTurn(respond: Listen, stalledMs: number): Listen {
  const waiting = new WeakMap<Socket, (() => void)[]>()
  const start = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { socket } = request
    // The answer before it had its time; how long this one is thought about is not the client's doing.
    socket.setTimeout(0)
    response.once('close', () => {
      const next = waiting.get(socket)?.shift()
      if (next === undefined || socket.destroyed) waiting.delete(socket)
      else next()
    })
    await respond(request, response)
    // Node destroys the socket, unless some octets go out meanwhile.
    if (!response.writableFinished) socket.setTimeout(stalledMs)
  }
  return (request, response) => {
    const { socket } = request
    const line = waiting.get(socket)
    if (line === undefined) {
      waiting.set(socket, [])
      return start(request, response)
    }
    if (line.length >= MOST_WAITING) socket.destroy()
    else line.push(() => void start(request, response).catch(() => socket.destroy()))
    return undefined
  }
}
