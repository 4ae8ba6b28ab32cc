/**
 * TlsaRecord: the record that announces a key for DANE, for the owner of a mail host to publish.
 *
 * Policy. `3 1 1`: the SHA-256 of the public key alone, so that a certificate can be renewed without a change in DNS as long as
 * the key stays (RFC 7671 §5.1). It is made from whatever holds the key: a certificate, a public or a private key, so that the
 * record of the next key can be published before there is a certificate for it.
 *
 * Not here: the records that stand in DNS, and whether they match (preflight/checks/tlsa.ts).
 */
import { createPublicKey, hash, type KeyObject } from 'node:crypto'
import { requireDomain } from '../model/address.ts'
import { type Kind, requireKeys, requireKind, wrongValue } from '../model/wrong-value.ts'

/** Which certificate, at which name and port. */
export interface TlsaOptions {
  /** The name of the mail host. */
  readonly host: string
  /** 25 where it takes mail from others; 465 and 587 for submission. @default 25 */
  readonly port?: number
  /** A certificate (the first one counts), a public key or a private key. */
  readonly pem: string
}

/** Its name without a final dot, and its value as in a zone file. */
export interface TlsaRecordText {
  /** Such as `_25._tcp.mail.example.com`. */
  readonly name: string
  /** Such as `3 1 1 0b9f…`: usage, selector, matching type and digest (RFC 6698 §2.1). */
  readonly value: string
}

const OPTIONS = { host: 'string', port: 'count', pem: 'string' } as const satisfies Record<keyof TlsaOptions, Kind>

/** The TLSA record of a certificate (RFC 6698), for hosts that others deliver to. @throws MailerError `invalid-key`, `invalid-address` */
export function tlsaRecord(options: TlsaOptions): TlsaRecordText {
  requireKeys(options, { code: 'invalid-key', where: 'options', kinds: OPTIONS })
  const { host, port = 25, pem } = options
  requireKind(pem, 'string', { code: 'invalid-key', where: 'options.pem' })
  const spki = keyIn(pem).export({ type: 'spki', format: 'der' })
  return { name: `_${port}._tcp.${requireDomain(host, 'host')}`, value: `3 1 1 ${hash('sha256', spki, 'hex')}` }
}

function keyIn(pem: string): KeyObject {
  try {
    // Of a private key it derives the public one, of a certificate it takes the one inside.
    return createPublicKey(pem)
  } catch (error) {
    throw wrongValue('invalid-key', {
      where: 'pem',
      found: 'neither a certificate nor a key that can be read',
      wanted: 'a certificate, a public key or an unencrypted private key in PEM',
      cause: error,
    })
  }
}
