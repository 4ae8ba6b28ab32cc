/**
 * Lend: a session over TLS where that works, and in plain text where the hop allows it.
 *
 * Policy. `opportunistic` TLS that fails falls back to plain text once, and for a while that host is not asked again: TLS
 * that fails is often slow to fail. Nothing that demands TLS, and nothing that logs in, ever falls back. Octets smuggled
 * in behind the reply to STARTTLS are an attack or a broken server, and no reason for plain text.
 *
 * Not here: which sessions rest (pool.ts), whether TLS is demanded (route/).
 */
import type { Clock } from '../ambient/clock.ts'
import { TtlCache } from '../ambient/ttl-cache.ts'
import { printReply } from '../model/reply.ts'
import type { Hop } from '../model/route.ts'
import { SmtpError } from '../smtp/index.ts'
import type { Lent, SessionPool } from './pool.ts'

export interface LendOptions {
  readonly site: string
  readonly fresh: boolean
  /** Told when TLS failed and plain text is tried. */
  readonly onFallback: (because: string, transcript: readonly string[]) => void
}

/** @throws SmtpError when no session can be had. */
export type Lend = (hop: Hop, options: LendOptions, signal: AbortSignal) => Promise<Lent>

export interface LenderOptions {
  readonly pool: SessionPool
  readonly clock: Clock
  /** How long a host whose TLS failed is used in plain text without asking. */
  readonly plainForMs: number
}

const MAX_PLAIN_HOSTS = 10_000

export function createLender({ pool, clock, plainForMs }: LenderOptions): Lend {
  const plainHosts = new TtlCache<string, string>({ clock, max: MAX_PLAIN_HOSTS })

  return async (hop, { site, fresh, onFallback }, signal) => {
    const mayBePlain = hop.tls.level === 'opportunistic' && !hop.implicitTls && hop.login === undefined
    if (!mayBePlain) return pool.borrow(hop, { site, fresh }, signal)
    const host = `${hop.host} ${hop.address} ${hop.port}`
    const known = plainHosts.get(host)
    try {
      return await pool.borrow(hop, { site, fresh, ...(known === undefined ? {} : { plainBecause: known }) }, signal)
    } catch (error) {
      // Only a failure of TLS itself; all others are transmit.ts's.
      const plainBecause = known === undefined ? failureOfTls(error) : undefined
      if (plainBecause === undefined) throw error
      onFallback(plainBecause, (error as SmtpError).transcript ?? [])
      const lent = await pool.borrow(hop, { site, fresh: true, plainBecause }, signal)
      plainHosts.set(host, plainBecause, plainForMs)
      return lent
    }
  }
}

function failureOfTls(error: unknown): string | undefined {
  if (!(error instanceof SmtpError) || !(error.stage === 'starttls' || error.stage === 'tls')) return undefined
  if (error.refusal !== undefined) return `STARTTLS was refused: ${printReply(error.refusal.reply)}`
  switch (error.loss?.code) {
    case 'tls-handshake':
    case 'timeout':
    case 'reset':
    case 'closed':
      return error.loss.detail
    default:
      return undefined
  }
}
