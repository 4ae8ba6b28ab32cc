/**
 * Gate: may this sender send? Asked for every message, answered from memory for all but the first.
 *
 * Policy.
 * - Refused (mode `enforce`) is only what receivers are certain to refuse: SPF says `fail` for an address that we send from;
 *   no key that signs is published as ours; From aligns with nothing under p=quarantine or p=reject; or neither SPF nor DKIM
 *   passes, which Gmail demands of everyone (SPF or DKIM, 550 5.7.26). One of several keys missing is a warning: the other
 *   signature carries the message. softfail, neutral, none and permerror of SPF are warnings while a signature verifies.
 * - What cannot be told now (no answer in time, a server in trouble, an unknown public address) never refuses.
 * - The first message of a sender waits for DNS at most `budgetMs`; the others are answered at once. When an answer is old it
 *   is still given, while a new one is fetched behind it. A refusal is kept for seconds only, and asked again past all our
 *   caches, so that a record that was just published is seen.
 *
 * Not here: the checks (spf.ts, dkim.ts, dmarc.ts), the doctor's further ones (doctor.ts).
 */
import type { Clock } from '../ambient/clock.ts'
import { DeadlineError, orAborted, withDeadline } from '../ambient/deadline.ts'
import { TtlCache } from '../ambient/ttl-cache.ts'
import { type Address, type Domain, printAddress } from '../model/address.ts'
import type { Check, Clearance, PublicAddress } from '../model/clearance.ts'
import { MailerError } from '../model/error.ts'
import type { PreflightFact } from '../model/fact.ts'
import { worstOf } from './report.ts'

export type PreflightMode = 'enforce' | 'warn' | 'off'

/** Whom it is about: the reverse-path, and the authors. */
export interface Sender {
  readonly envelopeFrom: Address | null
  readonly from: readonly Address[]
}

/** The same, reduced to what the checks need. */
export interface SenderIdentity {
  readonly sender: string | undefined
  /** Of the reverse-path, or the HELO name. */
  readonly envelope: Domain
  readonly from: Domain
}

export interface Findings {
  readonly checks: readonly Check[]
  readonly publicAddresses: readonly PublicAddress[]
  /** Seconds that it stays good. */
  readonly ttl: number
}

export interface GateOptions {
  readonly clock: Clock
  readonly mode: PreflightMode
  readonly hostname: Domain
  /** Runs the checks; `again` is set when the last answer was a refusal, and memory must not answer. */
  readonly examine: (
    asking: { readonly signal: AbortSignal; readonly again: boolean },
    about: SenderIdentity,
  ) => Promise<Findings>
  readonly record?: ((fact: PreflightFact) => void) | undefined
  /** How long a message may wait for DNS. @default 3000 */
  readonly budgetMs?: number | undefined
}

export interface Gate {
  /** @throws MailerError `not-cleared` in mode `enforce`; the signal's reason when it aborts. */
  clear(sender: Sender, signal: AbortSignal): Clearance | Promise<Clearance>
  /** What the checks need has changed: what is remembered stands in only until it was asked anew. */
  outdate(): void
  close(): void
}

const BUDGET_MS = 3_000
/** A record that was just published is seen after this. */
const REFUSED_MS = 3_000
/** How long a sender that was refused waits to hear whether it still is. */
const ASK_AGAIN_MS = 500
/** Trouble is looked at again soon, but not by every message. */
const UNSURE_MS = 30_000
const WARNED_MS = 60_000
const SHORTEST_MS = 60_000
const LONGEST_MS = 3_600_000
/** How long an answer that is old still stands in for the new one. */
const STALE_MS = 3_600_000
const MAX_SENDERS = 10_000

interface Kept {
  readonly clearance: Clearance
  readonly refusal: readonly Check[]
  /** By the monotonic clock. */
  readonly freshUntil: number
  /** How often answers had been outdated when it was asked. */
  readonly generation: number
}

export function createGate(options: GateOptions): Gate {
  return new RememberingGate(options)
}

class RememberingGate implements Gate {
  readonly #options: GateOptions
  readonly #kept: TtlCache<string, Kept>
  readonly #underway = new Map<string, Promise<Kept>>()
  readonly #closing = new AbortController()
  #generation = 0

  constructor(options: GateOptions) {
    this.#options = options
    this.#kept = new TtlCache({ clock: options.clock, max: MAX_SENDERS })
  }

  clear(sender: Sender, signal: AbortSignal): Clearance | Promise<Clearance> {
    const { clock, mode, hostname } = this.#options
    const from = sender.from[0]?.domain ?? sender.envelopeFrom?.domain ?? hostname
    const envelope = sender.envelopeFrom?.domain ?? hostname
    if (mode === 'off') return skipped(from, envelope)
    const key = `${envelope} ${from}`
    const known = this.#kept.get(key)
    if (known?.generation === this.#generation && known.freshUntil > clock.monotonic()) return this.#answer(known)
    const about = {
      sender: sender.envelopeFrom === null ? undefined : printAddress(sender.envelopeFrom),
      envelope,
      from,
    }
    const loading = this.#examine(key, about, known)
    const answer = (result: Kept): Clearance => this.#answer(result)
    if (known === undefined) return orAborted(loading, signal).then(answer)
    if (known.refusal.length > 0) return this.#askedAgain(loading, known, signal).then(answer)
    // It fails only when we close, and then nobody needs it.
    loading.catch(() => {})
    return this.#answer(known)
  }

  outdate(): void {
    this.#generation++
    this.#underway.clear()
  }

  close(): void {
    this.#closing.abort(new MailerError('closed', 'the mailer is closed'))
  }

  #examine(key: string, about: SenderIdentity, before: Kept | undefined): Promise<Kept> {
    const running = this.#underway.get(key)
    if (running !== undefined) return running
    const { clock, mode, record, budgetMs = BUDGET_MS } = this.#options
    const again = (before?.refusal.length ?? 0) > 0
    const generation = this.#generation
    const limit = { clock, ms: budgetMs, signal: this.#closing.signal }
    const loading = withDeadline(limit, within => this.#options.examine({ signal: within, again }, about))
      .then(findings => {
        const result: Kept = { ...keep(findings, about, clock.monotonic()), generation }
        this.#kept.set(key, result, result.freshUntil - clock.monotonic() + STALE_MS)
        if (result.clearance.result === 'warned' && record !== undefined && mode === 'warn')
          record({ kind: 'preflight-warned', at: clock.now(), from: about.from, clearance: result.clearance })
        return result
      })
      .finally(() => {
        if (this.#underway.get(key) === loading) this.#underway.delete(key)
      })
    this.#underway.set(key, loading)
    return loading
  }

  async #askedAgain(loading: Promise<Kept>, known: Kept, signal: AbortSignal): Promise<Kept> {
    try {
      const limit = { clock: this.#options.clock, ms: ASK_AGAIN_MS, signal }
      return await withDeadline(limit, within => orAborted(loading, within))
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error
      // It fails only when we close, and then nobody needs it.
      loading.catch(() => {})
      return known
    }
  }

  #answer(result: Kept): Clearance {
    const { clock, mode, record } = this.#options
    if (mode !== 'enforce' || result.refusal.length === 0) return result.clearance
    record?.({
      kind: 'preflight-refused',
      at: clock.now(),
      from: result.clearance.fromDomain,
      clearance: result.clearance,
    })
    throw refusal(result)
  }
}

function keep(
  { checks, publicAddresses, ttl }: Findings,
  about: SenderIdentity,
  now: number,
): Omit<Kept, 'generation'> {
  const refusal = checks.filter(check => check.level === 'fail')
  const worst = worstOf(checks)
  const lifetime =
    refusal.length > 0
      ? REFUSED_MS
      : checks.some(check => check.level === 'unknown')
        ? UNSURE_MS
        : worst === 'warn'
          ? WARNED_MS
          : Math.min(Math.max(ttl * 1000, SHORTEST_MS), LONGEST_MS)
  const clearance: Clearance = {
    result: refusal.length > 0 ? 'warned' : 'cleared',
    envelopeDomain: about.envelope,
    fromDomain: about.from,
    publicAddresses,
    checks,
  }
  return { clearance, refusal, freshUntil: now + lifetime }
}

function skipped(from: Domain, envelope: Domain): Clearance {
  return { result: 'skipped', envelopeDomain: envelope, fromDomain: from, publicAddresses: [], checks: [] }
}

function refusal({ refusal, clearance }: Kept): MailerError {
  const [first] = refusal
  const lines = refusal.map(check => `${check.id}: found ${check.found}, wanted ${check.wanted}`)
  const message = `mail from ${clearance.fromDomain} would be refused by its receivers: ${lines.join('; ')}`
  const fixes = [...new Set(refusal.map(check => check.fix).filter(fix => fix !== undefined))]
  return new MailerError('not-cleared', message, {
    where: first!.id,
    found: first!.found,
    wanted: first!.wanted,
    checks: refusal,
    ...(fixes.length === 0 ? {} : { fix: fixes.join('\n') }),
  })
}
