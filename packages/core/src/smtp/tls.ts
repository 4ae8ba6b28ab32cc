/**
 * TLS: a handshake on a connected socket, and the check of the server against a TlsRequirement. RFC 3207, 7672, 8461.
 *
 * Policy.
 * - `opportunistic` takes any certificate and, as any TLS is better than none (RFC 7435 §3), old versions and ciphers too.
 *   What would not have passed is told, not held against the server.
 * - `encrypted` takes any certificate, with the versions and ciphers of today.
 * - `verified` by pkix: a chain to an authority we trust, and one of the names in subjectAltName (RFC 8461 §4.2).
 * - `verified` by dane: dane.ts decides; the authorities of the web mean nothing there.
 * OpenSSL never ends a handshake for what a certificate says: the check is ours, after it and before any octet is sent.
 *
 * Not here: STARTTLS itself (session.ts), whether plain text may follow a failure (deliver/transmit.ts).
 */
import type { X509Certificate } from 'node:crypto'
import { isIP, type Socket } from 'node:net'
import {
  connect,
  createSecureContext,
  DEFAULT_CIPHERS,
  getCACertificates,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import type { Clock } from '../ambient/clock.ts'
import type { TlsSeen } from '../model/evidence.ts'
import type { TlsRequirement } from '../model/route.ts'
import { fitsName } from './certificate-name.ts'
import { type CertificateProblem, daneProblem } from './dane.ts'
import { lost, type SmtpError } from './errors.ts'
import { requirementKey, type TlsSessions } from './tls-sessions.ts'

/** Whom we trust: one SecureContext for each way of asking, shared by all connections. */
export class TlsTrust {
  readonly #ca: string | undefined
  #lenient: SecureContext | undefined
  #strict: SecureContext | undefined

  /** @param ca PEM of further authorities, beside those of the system */
  constructor(ca?: string) {
    this.#ca = ca
  }

  context(level: TlsRequirement['level']): SecureContext {
    if (level === 'opportunistic') {
      this.#lenient ??= this.#create({ minVersion: 'TLSv1', ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=0` })
      return this.#lenient
    }
    this.#strict ??= this.#create({ minVersion: 'TLSv1.2' })
    return this.#strict
  }

  #create(options: { readonly minVersion: 'TLSv1' | 'TLSv1.2'; readonly ciphers?: string }): SecureContext {
    const ca = this.#ca === undefined ? {} : { ca: [...getCACertificates('default'), this.#ca] }
    return createSecureContext({ ...options, ...ca })
  }
}

export interface Handshake {
  readonly socket: Socket
  /** Whose ticket it is: host, address and port. */
  readonly peer: string
  readonly requirement: TlsRequirement
}

export interface TlsPorts {
  readonly clock: Clock
  readonly trust: TlsTrust
  readonly sessions: TlsSessions
  readonly tlsMs: number
}

export interface Secured {
  readonly socket: TLSSocket
  readonly seen: TlsSeen
}

/** @throws SmtpError of stage `tls`; the socket is then destroyed. */
export async function secure(handshake: Handshake, ports: TlsPorts, signal: AbortSignal): Promise<Secured> {
  const { requirement } = handshake
  const key = `${handshake.peer} ${requirementKey(requirement)}`
  const ticket = ports.sessions.get(key)
  const socket = connect({
    socket: handshake.socket,
    secureContext: ports.trust.context(requirement.level),
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    ...(ticket === undefined ? {} : { session: ticket.session }),
    ...serverName(requirement),
  })
  let passed: Pick<TlsSeen, 'verified' | 'problem' | 'problemCode'> | undefined
  let early: Buffer | undefined
  socket.on('session', session => {
    // Under TLS 1.2 the ticket comes before the check.
    if (passed === undefined) early = session
    else ports.sessions.keep(key, { session, seen: passed })
  })
  try {
    await shaken(socket, ports, signal)
  } catch (error) {
    ports.sessions.forget(key)
    throw error
  }
  const resumed = socket.isSessionReused()
  const verdict = resumed && ticket !== undefined ? ticket.seen : judge(socket, requirement, ports.clock.now())
  if ('code' in verdict) {
    socket.destroy()
    throw lost('tls', verdict.code, verdict.detail)
  }
  passed = verdict
  if (early !== undefined) ports.sessions.keep(key, { session: early, seen: verdict })
  return {
    socket,
    seen: { protocol: socket.getProtocol() ?? 'unknown', cipher: socket.getCipher().name, resumed, ...verdict },
  }
}

/** RFC 6066 §3: an address is not a server name. RFC 7672 §8.1, RFC 8461 §7.1 */
function serverName({ sni }: TlsRequirement): { servername?: string } {
  return isIP(sni) !== 0 || sni.startsWith('[') ? {} : { servername: sni }
}

function shaken(socket: TLSSocket, { clock, tlsMs }: TlsPorts, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      cancel()
      signal.removeEventListener('abort', abort)
      socket.removeListener('secureConnect', done)
      socket.removeListener('error', failed)
      socket.removeListener('close', closed)
    }
    const giveUp = (error: SmtpError): void => {
      settle()
      // What a dying socket still has to say concerns nobody, and must not be an uncaught error.
      socket.on('error', () => {})
      socket.destroy()
      reject(error)
    }
    const done = (): void => {
      settle()
      resolve()
    }
    const failed = (error: NodeJS.ErrnoException): void =>
      giveUp(lost('tls', 'tls-handshake', `the TLS handshake failed: ${reasonOf(error)}`))
    const closed = (): void => giveUp(lost('tls', 'tls-handshake', 'the connection was closed in the TLS handshake'))
    const abort = (): void => giveUp(lost('tls', 'aborted', 'told to stop in the TLS handshake'))
    const cancel = clock.after(tlsMs, () => giveUp(lost('tls', 'timeout', `no TLS handshake within ${tlsMs} ms`)))
    signal.addEventListener('abort', abort, { once: true })
    socket.once('secureConnect', done)
    socket.once('error', failed)
    socket.once('close', closed)
    if (signal.aborted) abort()
  })
}

/** OpenSSL's words are long; its reason and the code say all. */
function reasonOf(error: NodeJS.ErrnoException & { reason?: string }): string {
  return [error.reason ?? (error.code === undefined ? error.message : undefined), error.code].filter(Boolean).join(', ')
}

type Judgement = Pick<TlsSeen, 'verified' | 'problem' | 'problemCode'> | CertificateProblem

function judge(socket: TLSSocket, requirement: TlsRequirement, now: number): Judgement {
  const sent = certificatesSent(socket)
  const { verify } = requirement
  if (requirement.level === 'verified' && verify?.by === 'dane')
    return daneProblem({ sent, records: verify.records, names: verify.names, now }) ?? { verified: 'dane' }
  const problem = pkixProblem(socket, sent, verify?.names ?? [requirement.sni])
  if (problem === undefined) return { verified: 'pkix' }
  return requirement.level === 'verified'
    ? problem
    : { verified: 'none', problem: problem.detail, problemCode: problem.code }
}

/** The server's own certificate first, then the rest as sent. */
function certificatesSent(socket: TLSSocket): readonly X509Certificate[] {
  const sent: X509Certificate[] = []
  let next = socket.getPeerX509Certificate()
  for (; next !== undefined && sent.length < 32; next = next.issuerCertificate) sent.push(next)
  return sent
}

function pkixProblem(
  socket: TLSSocket,
  sent: readonly X509Certificate[],
  names: readonly string[],
): CertificateProblem | undefined {
  const leaf = sent[0]
  if (leaf === undefined) return { code: 'tls-untrusted', detail: 'the server sent no certificate' }
  if (!socket.authorized) {
    // A string at run time, whatever its type says.
    const code = String(socket.authorizationError)
    const expired = code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID'
    return { code: expired ? 'tls-expired' : 'tls-untrusted', detail: `the certificate is not trusted: ${code}` }
  }
  if (names.some(name => fitsName(leaf, name, 'never'))) return undefined
  const found = leaf.subjectAltName ?? 'no name'
  return {
    code: 'tls-name-mismatch',
    detail: `the certificate is for ${found.slice(0, 200)}, not for ${names.join(', ')}`,
  }
}
