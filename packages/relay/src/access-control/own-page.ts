/**
 * OwnPage: whether a request that shows a cookie comes from a page of our own.
 *
 * Policy. What changes something must say that it does, by what the browser writes and no page can: `Sec-Fetch-Site`, or `Origin` where a
 * browser has not the former. Who says neither is no browser, and shows a key. What only reads may say nothing, and may be typed into the
 * address bar. A page of another port or of a name beside ours is another site.
 *
 * RFC 6454 §7, W3C Fetch Metadata.
 */
import type { HttpRequest } from '../server/index.ts'

type Asked = Pick<HttpRequest, 'header' | 'client' | 'method'>

export function mayBeOwnPage(request: Asked): boolean {
  const isReading = request.method === 'GET' || request.method === 'HEAD'
  const site = request.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin' || (isReading && site === 'none')
  const origin = request.header('origin')
  return origin === undefined ? isReading : origin === ownOrigin(request)
}

/** Whether a browser says that a page of another site asks. Who says nothing is no browser, or an address bar. */
export function isForeignPage(request: Asked): boolean {
  const site = request.header('sec-fetch-site')
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const origin = request.header('origin')
  return origin !== undefined && origin !== ownOrigin(request)
}

/** Where the browser believes to be. */
export function ownOrigin({ header, client }: Asked): string {
  return `${client.via === 'loopback' ? 'http' : 'https'}://${header('host')?.toLowerCase()}`
}
