/**
 * Certs: a throw-away certificate authority for real daemons, made by openssl.
 *
 * Policy. EC P-256 keys, readable by everybody: they protect nothing. A certificate X leaves X.key, X.leaf.pem (alone) and
 * X.pem (as a server sends it: with its authority, which DANE-TA needs, RFC 7672 §3.1.2).
 *
 * Not here: certificates of the in-process fakes (core's testing room makes its own, without openssl).
 */
import { execFileSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'

export interface CertificateRequest {
  /** File name, without ending. */
  readonly file: string
  /** Subject alternative names: DNS names and IP addresses. */
  readonly names: readonly string[]
  /** @default 'authority' */
  readonly issuer?: 'authority' | 'itself'
}

export interface Certificate {
  readonly key: string
  /** The certificate alone. */
  readonly leaf: string
  /** As the server sends it. */
  readonly chain: string
}

export interface Authority {
  readonly caFile: string
  issue(request: CertificateRequest): Certificate
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
const DAYS = ['-days', '3650']

/** The authority of a folder; made when the folder has none. */
export function authority(folder: string): Authority {
  mkdirSync(folder, { recursive: true })
  const caFile = join(folder, 'ca.pem')
  const caKey = join(folder, 'ca.key')
  if (!existsSync(caFile)) {
    const usage = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign']
    openssl(
      'req',
      '-x509',
      ...NEW_KEY,
      ...DAYS,
      '-subj',
      '/CN=Postrider Test CA',
      ...usage,
      '-keyout',
      caKey,
      '-out',
      caFile,
    )
  }
  return { caFile, issue: request => issue(folder, { caFile, caKey }, request) }
}

function issue(folder: string, ca: { caFile: string; caKey: string }, request: CertificateRequest): Certificate {
  const path = (ending: string): string => join(folder, `${request.file}.${ending}`)
  const made = { key: path('key'), leaf: path('leaf.pem'), chain: path('pem') }
  const byItself = request.issuer === 'itself'
  const alternatives = request.names.map(name => `${isIP(name) ? 'IP' : 'DNS'}:${name}`).join(',')
  writeFileSync(
    path('ext'),
    `subjectAltName=${alternatives}\nbasicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\n`,
  )
  openssl('req', '-new', ...NEW_KEY, '-subj', `/CN=${request.names[0]}`, '-keyout', made.key, '-out', path('csr'))
  const signer = byItself ? ['-signkey', made.key] : ['-CA', ca.caFile, '-CAkey', ca.caKey, '-CAcreateserial']
  openssl('x509', '-req', '-in', path('csr'), ...signer, ...DAYS, '-extfile', path('ext'), '-out', made.leaf)
  writeFileSync(made.chain, readFileSync(made.leaf, 'utf8') + (byItself ? '' : readFileSync(ca.caFile, 'utf8')))
  rmSync(path('csr'))
  rmSync(path('ext'))
  for (const file of Object.values(made)) chmodSync(file, 0o644)
  return made
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}

/** What a TLSA record holds of a certificate (RFC 6698 §2.1): its whole (0) or its public key (1), hashed, in hexadecimal. */
export function tlsaData(file: string, selector: 0 | 1, hash: 'sha256' | 'sha512'): string {
  const certificate = new X509Certificate(readFileSync(file))
  const content = selector === 0 ? certificate.raw : certificate.publicKey.export({ type: 'spki', format: 'der' })
  return createHash(hash).update(content).digest('hex')
}
