/**
 * ReturnKeys: the secrets that prove return addresses, from settled options.
 *
 * Policy. Those that are given; else one made of each DKIM key of the domain or of a domain above it, or of the first. So they are
 * stored nowhere else, relays that sign alike believe each other, and while one DKIM key takes the place of another both count.
 * What is made of a key tells nothing of it (RFC 5869).
 *
 * Not here: the addresses (report/return-address.ts), one to ask a receiver about (return-sample.ts). Who imports core loads this.
 */
import { Buffer } from 'node:buffer'
import { createPrivateKey, hkdfSync } from 'node:crypto'
import type { ResolvedOptions } from '../config/index.ts'
import type { ReturnKeys } from '../report/index.ts'

/** Each is tried at each address that has the form. */
const MOST = 8
const ADDRESSES = 'postrider return address'
const LINKS = 'postrider link'

/** undefined: there is no domain for them, or nothing to make keys of. */
export function returnKeysOf({
  returnPath,
  dkim,
}: Pick<ResolvedOptions, 'returnPath' | 'dkim'>): ReturnKeys | undefined {
  const { domain, keys } = returnPath ?? {}
  if (domain === undefined || keys === undefined) return undefined
  const above = dkim.filter(key => domain === key.domain || domain.endsWith(`.${key.domain}`))
  const usual = above.length > 0 ? above : dkim.filter(key => key.domain === dkim[0]?.domain)
  const secrets =
    keys.length > 0
      ? keys.map(key => Buffer.from(key))
      : usual.slice(0, MOST).map(({ privateKey }) => madeOf(privateKey, ADDRESSES))
  return secrets.length === 0 ? undefined : { domain, keys: secrets }
}

/** The secrets of links that a relay gives out, made in the same way of the keys of the first domain; none where nothing is signed. */
export function linkKeysOf({ dkim }: Pick<ResolvedOptions, 'dkim'>): readonly Uint8Array[] {
  const own = dkim.filter(({ domain }) => domain === dkim[0]?.domain)
  return own.slice(0, MOST).map(({ privateKey }) => madeOf(privateKey, LINKS))
}

function madeOf(pem: string, use: string): Uint8Array {
  // The key itself, however its text is broken into lines.
  const key = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' })
  return Buffer.from(hkdfSync('sha256', key, '', use, 32))
}
