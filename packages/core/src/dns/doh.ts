/**
 * DNS over HTTPS: one question to one server. RFC 8484
 *
 * Policy. POST with id 0 (§4.1), so that nothing in between keys on it; one connection is kept for the next question.
 *
 * Not here: HTTP itself (http/), other servers and deadlines (upstream.ts).
 */
import { Buffer } from 'node:buffer'
import { HttpError, type HttpOptions, openHttp } from '../http/index.ts'
import { DnsError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { matchResponse } from './exchange.ts'
import { encodeQuery } from './packet.ts'
import type { DohServer } from './server.ts'
import { printServer } from './server.ts'

const MEDIA_TYPE = 'application/dns-message'
const MAX_MESSAGE_OCTETS = 65_535

export type DohOptions = Pick<HttpOptions, 'ca' | 'connectTo'>

export function dohExchange(server: DohServer, trusted: boolean, options: DohOptions = {}): Exchange {
  const http = openHttp({ origin: new URL(server.url).origin, ...options })
  return {
    server: printServer(server),
    trusted,
    ask: async (question, signal) => {
      try {
        const { body } = await http.request(
          {
            url: server.url,
            method: 'POST',
            headers: { accept: MEDIA_TYPE, 'content-type': MEDIA_TYPE },
            body: encodeQuery(0, question, {
              edns: true,
              checkingDisabled: question.checkingDisabled,
            }),
            mediaType: MEDIA_TYPE,
            maxBytes: MAX_MESSAGE_OCTETS,
          },
          signal,
        )
        const response = matchResponse(Buffer.from(body.buffer, body.byteOffset, body.byteLength), 0, question)
        if (response !== undefined) return response
        throw new DnsError('malformed', question, { detail: `${server.url}: the body is no answer to this question` })
      } catch (error) {
        if (!HttpError.is(error)) throw error
        throw new DnsError('unreachable', question, { detail: `${server.url}: ${error.message}`, cause: error })
      }
    },
    close: () => http.close(),
  }
}
