/**
 * Fetch: the policy file of a domain over HTTPS. RFC 8461 §3.3.
 *
 * Policy. The host is looked up by our own resolver and must have an address of the internet; its certificate must be for
 * mta-sts.DOMAIN; no redirects, text/plain, 64 KiB, one deadline. A host with several addresses is tried at three.
 *
 * Not here: HTTP itself (http/), what a failure means for a policy that is cached (discover.ts).
 */
import type { Clock } from '../../ambient/clock.ts'
import { DeadlineError, withDeadline } from '../../ambient/deadline.ts'
import { DnsError, lookupAddresses, type Resolver } from '../../dns/index.ts'
import { get, HttpError } from '../../http/index.ts'
import type { Domain } from '../../model/address.ts'
import { isPrivateAddress } from '../addresses.ts'
import { MAX_POLICY_BYTES } from './policy.ts'

export type FetchedPolicy =
  | { readonly kind: 'fetched'; readonly text: string }
  /** `code` is a result type of RFC 8460 §4.3.1. */
  | { readonly kind: 'failed'; readonly code: 'sts-policy-fetch-error' | 'sts-webpki-invalid'; readonly detail: string }

/** Never rejects for the internet; with the signal's reason when it aborts. */
export type FetchPolicy = (domain: Domain, signal: AbortSignal) => Promise<FetchedPolicy>

export interface PolicyFetchOptions {
  readonly resolver: Resolver
  readonly clock: Clock
  readonly allowPrivateAddresses: boolean
  /** Further authorities, PEM. */
  readonly ca?: string
  /** Of the policy host. @default 443 */
  readonly port?: number
  /** For the whole fetch, while a message waits; RFC 8461 §3.3 suggests a minute. @default 30000 */
  readonly timeoutMs?: number
}

const DEFAULTS = { port: 443, timeoutMs: 30_000 }
const MAX_ADDRESSES = 3

export function policyFetch(options: PolicyFetchOptions): FetchPolicy {
  const { clock } = options
  const ms = options.timeoutMs ?? DEFAULTS.timeoutMs
  return async (domain, signal) => {
    try {
      return await withDeadline({ clock, ms, signal }, within => fetchFrom(`mta-sts.${domain}`, options, within))
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (error instanceof HttpError) {
        return failed(error.code === 'certificate' ? 'sts-webpki-invalid' : 'sts-policy-fetch-error', error.message)
      }
      if (error instanceof DnsError || error instanceof DeadlineError)
        return failed('sts-policy-fetch-error', error.message)
      throw error
    }
  }
}

function failed(code: 'sts-policy-fetch-error' | 'sts-webpki-invalid', detail: string): FetchedPolicy {
  return { kind: 'failed', code, detail }
}

async function fetchFrom(host: string, options: PolicyFetchOptions, signal: AbortSignal): Promise<FetchedPolicy> {
  const found = await lookupAddresses(options.resolver, { name: host, families: [4, 6] }, signal)
  const usable = found.values.filter(address => options.allowPrivateAddresses || !isPrivateAddress(address))
  if (usable.length === 0) {
    return failed(
      'sts-policy-fetch-error',
      found.values.length === 0 ? `${host} has no address` : `${host} has only private addresses`,
    )
  }
  const port = options.port ?? DEFAULTS.port
  let unreachable: unknown
  for (const { address } of usable.slice(0, MAX_ADDRESSES)) {
    try {
      const { body } = await get(
        {
          url: `https://${host}/.well-known/mta-sts.txt`,
          headers: { accept: 'text/plain' },
          mediaType: 'text/plain',
          maxBytes: MAX_POLICY_BYTES,
          connectTo: { address, port },
          ...(options.ca === undefined ? {} : { ca: options.ca }),
        },
        signal,
      )
      return { kind: 'fetched', text: body.toString('utf8') }
    } catch (error) {
      // What a reachable host answered is its answer; only a dead address makes way for the next.
      if (!(error instanceof HttpError) || error.code !== 'unreachable') throw error
      unreachable = error
    }
  }
  throw unreachable
}
