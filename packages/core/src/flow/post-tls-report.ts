/**
 * PostTlsReport: hands a report to an https address. RFC 8460 §5.4.
 *
 * Policy. As with policy files: our own resolver, only addresses of the internet, no redirects, one deadline. Certificates are
 * checked, though §3 would let it be; who asks for reports by HTTPS can have one.
 *
 * Not here: when, and what becomes of a failure (tlsrpt/reporter.ts).
 */
import type { Buffer } from 'node:buffer'
import type { Clock } from '../ambient/clock.ts'
import { DeadlineError, withDeadline } from '../ambient/deadline.ts'
import type { ResolvedOptions } from '../config/index.ts'
import { DnsError, lookupAddresses, type Resolver } from '../dns/index.ts'
import { get, HttpError } from '../http/index.ts'
import { isPrivateAddress } from '../route/index.ts'

export interface PostParts {
  readonly options: ResolvedOptions
  readonly resolver: Resolver
  readonly clock: Clock
}

const TIMEOUT_MS = 30_000
/** Of the answer, which nobody reads. */
const MAX_BYTES = 65_536

/** Resolves with why it could not be posted, or undefined. Rejects only when the signal aborts. */
export function reportPost(
  parts: PostParts,
): (url: string, body: Buffer, signal: AbortSignal) => Promise<string | undefined> {
  const { clock } = parts
  return async (url, body, signal) => {
    try {
      return await withDeadline({ clock, ms: TIMEOUT_MS, signal }, within => post(url, body, parts, within))
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (error instanceof HttpError || error instanceof DnsError || error instanceof DeadlineError)
        return error.message
      throw error
    }
  }
}

async function post(
  text: string,
  body: Buffer,
  { options, resolver }: PostParts,
  signal: AbortSignal,
): Promise<string | undefined> {
  const url = URL.parse(text)
  if (url === null || url.protocol !== 'https:') return 'it is no https address'
  if (url.username !== '' || url.password !== '') return 'it has a user name in it'
  const { values } = await lookupAddresses(resolver, { name: url.hostname, families: [4, 6] }, signal)
  const address = values.find(found => options.delivery.allowPrivateAddresses || !isPrivateAddress(found))?.address
  if (address === undefined) return `${url.hostname} has no address of the internet`
  await get(
    {
      url: url.href,
      method: 'POST',
      headers: { 'content-type': 'application/tlsrpt+gzip' },
      body,
      maxBytes: MAX_BYTES,
      anySuccess: true,
      connectTo: { address, port: url.port === '' ? 443 : Number(url.port) },
      ...(options.tls.ca === undefined ? {} : { ca: options.tls.ca }),
    },
    signal,
  )
  return undefined
}
