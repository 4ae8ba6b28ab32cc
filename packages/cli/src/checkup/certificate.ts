/**
 * Certificate: would a client that verifies accept what the relay shows it?
 *
 * Policy. Judged as PHP, Python or a mail program would: a chain to an authority that systems know, the host name in it, not
 * run out. A self-signed one encrypts and proves nothing, and PHP refuses it. Two weeks before the end it is told.
 *
 * Not here: which certificates the relay has (@postrider/relay). RFC 8314 §3, RFC 5280 §6.
 */

import { X509Certificate } from 'node:crypto'
import { getCACertificates } from 'node:tls'
import { say } from '../language/checkup.ts'
import { type Finding, finding } from './finding.ts'

export interface ShownCertificate {
  /** PEM, chain included, the host's own first. */
  readonly certificate: string
  readonly source: string
}

export interface CertificateSubject {
  readonly hostname: string
  readonly now: number
  /** Further authorities that the clients trust, PEM. */
  readonly authorities?: readonly string[]
}

const SOON_MS = 14 * 86_400_000
/** More is a loop. */
const LONGEST_CHAIN = 8

/** @param shown the one for clients that name this host; undefined before the first start */
export function checkCertificate(
  shown: ShownCertificate | undefined,
  { hostname, now, authorities = [] }: CertificateSubject,
): Finding {
  const wanted = say('certificate.wanted', { hostname })
  const fix = say('certificate.fix', { hostname })
  if (shown === undefined) {
    return finding('submission.certificate', { level: 'warn', found: say('certificate.found.none'), wanted, fix })
  }
  const [leaf, ...others] = certificatesIn(shown.certificate)
  if (leaf === undefined)
    return finding('submission.certificate', {
      level: 'fail',
      found: say('certificate.found.unreadable', { source: shown.source }),
      wanted,
      fix,
    })
  const until = say('certificate.found.until', { day: leaf.validToDate.toISOString().slice(0, 10) })
  const flaw = flawOf(leaf, { others, hostname, now, authorities })
  return finding('submission.certificate', {
    level: flaw?.level ?? 'ok',
    found: `${shown.source}: ${flaw?.text ?? say('certificate.found.for', { hostname, until })}`,
    wanted,
    fix,
  })
}

function flawOf(
  leaf: X509Certificate,
  { others, hostname, now, authorities = [] }: CertificateSubject & { readonly others: readonly X509Certificate[] },
): { readonly level: 'warn' | 'fail'; readonly text: string } | undefined {
  const end = leaf.validToDate.getTime()
  const day = leaf.validToDate.toISOString().slice(0, 10)
  if (end < now) return { level: 'fail', text: say('certificate.flaw.ran-out', { day }) }
  if (leaf.validFromDate.getTime() > now)
    return {
      level: 'fail',
      text: say('certificate.flaw.begins', { day: leaf.validFromDate.toISOString().slice(0, 10) }),
    }
  // checkIssued() wants a key usage for it, which such certificates mostly lack.
  if (leaf.subject === leaf.issuer && leaf.verify(leaf.publicKey))
    return { level: 'warn', text: say('certificate.flaw.self-signed') }
  if (leaf.checkHost(hostname) === undefined)
    return {
      level: 'warn',
      text: say('certificate.flaw.name', { names: leaf.subjectAltName ?? leaf.subject, hostname }),
    }
  const missing = missingIssuer(leaf, others, authorities)
  if (missing !== undefined)
    return { level: 'warn', text: say('certificate.flaw.chain', { authority: oneLine(missing) }) }
  if (end - now < SOON_MS) return { level: 'warn', text: say('certificate.flaw.runs-out', { day }) }
  return undefined
}

/** Whose certificate would be needed to reach an authority that systems know. */
function missingIssuer(
  leaf: X509Certificate,
  others: readonly X509Certificate[],
  authorities: readonly string[],
): string | undefined {
  const roots = [...getCACertificates('default'), ...authorities].map(pem => new X509Certificate(pem))
  let current = leaf
  for (let length = 0; length < LONGEST_CHAIN; length++) {
    if (roots.some(root => root.fingerprint256 === current.fingerprint256 || issued(root, current))) return undefined
    const next = others.find(other => other !== current && issued(other, current))
    if (next === undefined) return current.issuer
    current = next
  }
  return current.issuer
}

function issued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
  return blocks.map(block => new X509Certificate(block))
}

function oneLine(name: string): string {
  return name.replaceAll('\n', ', ')
}
