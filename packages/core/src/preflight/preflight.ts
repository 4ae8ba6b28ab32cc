/**
 * Preflight: the gate of send() and the doctor, around one set of checks.
 *
 * Not here: the checks themselves; how a report is shown (the CLI).
 */
import { networkInterfaces } from 'node:os'
import type { Clock } from '../ambient/clock.ts'
import type { SpecialRange } from '../ambient/special-ranges.ts'
import { TtlCache } from '../ambient/ttl-cache.ts'
import type { Resolver } from '../dns/index.ts'
import type { Address, Domain } from '../model/address.ts'
import type { Check, Clearance, PublicAddress } from '../model/clearance.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import type { Egress } from '../model/egress.ts'
import type { PreflightFact } from '../model/fact.ts'
import type { Asking } from './ask.ts'
import type { ReturnPath } from './checks/return-path.ts'
import type { DoctorContext } from './doctor.ts'
import type { DoctorProbes } from './doctor-probes.ts'
import { examine } from './examine.ts'
import { createGate, type PreflightMode, type Sender } from './gate.ts'
import { findPublicAddresses } from './public-address.ts'
import type { Report } from './report.ts'

export interface PreflightOptions extends DoctorProbes {
  readonly resolver: Resolver
  /** The same past its memory, for what was refused a moment ago. @default `fresh` of the resolver, or the resolver itself */
  readonly freshResolver?: Resolver
  readonly clock: Clock
  readonly mode: PreflightMode
  /** As it is now; `outdate` when it has changed. */
  readonly egress: () => Egress
  /** egress.publicAddresses; empty has them discovered. */
  readonly publicAddresses: () => readonly string[]
  /** Those that mail is sent over. @default both */
  readonly families?: readonly (4 | 6)[]
  /** All mail goes out through another host (a route for `*`). @default false */
  readonly viaSmarthost?: boolean
  /** Which keys will sign for these authors. */
  readonly chooseKeys: (from: readonly Address[]) => readonly DkimKey[]
  /** Of the addresses of ours that mail comes back to, as they are now. */
  readonly returnPath?: () => ReturnPath | undefined
  /** A resolver that asks this server alone, to learn our own address; absent: nothing outside is asked. */
  readonly askServer?: (server: string) => Resolver
  /** The addresses of this machine. @default those of the system */
  readonly interfaces?: () => readonly string[]
  /** Addresses that are no hosts of the internet. @default all of IANA's */
  readonly ranges?: readonly SpecialRange[] | undefined
  /** A domain whose mail host is tried on port 25. @default gmail.com */
  readonly probeDomain?: string
  /** The port of mail hosts. @default 25 */
  readonly mailPort?: number
  readonly record?: (fact: PreflightFact) => void
  /** How long the first message of a sender may wait for DNS. @default 3000 */
  readonly budgetMs?: number
}

export interface Preflight {
  /**
   * At once when this sender is known.
   * @throws MailerError `not-cleared` in mode `enforce`; the signal's reason when it aborts.
   */
  clear(sender: Sender, signal: AbortSignal): Clearance | Promise<Clearance>
  /** The addresses that the world sees. */
  addresses(signal: AbortSignal): Promise<readonly PublicAddress[]>
  /** Whether the reverse name of an address leads back to it; `undefined`: that could not be found out. */
  leadsBack(address: string, signal: AbortSignal): Promise<boolean | undefined>
  /** Every check of this sender, asked anew. */
  report(address: Address, signal: AbortSignal, options?: ReportOptions): Promise<Report>
  /** Other keys sign from now on: every sender is asked about anew. */
  outdate(): void
  close(): void
}

export interface ReportOptions {
  /** The host that is tried on port 25, in place of one of a large provider. */
  readonly probeHost?: string | undefined
  /** Told each finding as it is made, before the report. */
  readonly onChecks?: ((checks: readonly Check[]) => void) | undefined
}

/** An address changes seldom, and then a new SPF verdict is due anyway. */
const ADDRESS_MS = 600_000
const NO_ADDRESS_MS = 30_000

export function createPreflight(options: PreflightOptions): Preflight {
  const { clock, resolver, chooseKeys } = options
  const { hostname } = options.egress()
  const findAddresses = rememberedAddresses(options)
  const contextOf = (from: Domain): DoctorContext => ({
    hostname,
    egress: options.egress(),
    // Keys are chosen by domain alone.
    keys: chooseKeys([{ local: 'postmaster', domain: from }]),
    viaSmarthost: options.viaSmarthost ?? false,
    findAddresses,
    ranges: options.ranges,
    interfaces: options.interfaces ?? systemAddresses,
    clock,
    probe: options.probe,
    probeDomain: options.probeDomain,
    mailPort: options.mailPort,
    askMailboxes: options.askMailboxes,
    fetchPolicy: options.fetchPolicy,
    tryTls: options.tryTls,
    askTime: options.askTime,
    bind: options.bind,
    signSample: options.signSample,
    returnPath: options.returnPath,
  })
  const fresh = options.freshResolver ?? resolver.fresh ?? resolver
  const gate = createGate({
    clock,
    mode: options.mode,
    hostname,
    budgetMs: options.budgetMs,
    record: options.record,
    examine: async ({ signal, again }, about) => {
      const asking: Asking = { resolver: again ? fresh : resolver, signal }
      const findings = await examine(asking, about, contextOf(about.from))
      // Most senders have nothing to mend.
      if (findings.checks.every(({ fix }) => fix === undefined)) return findings
      const { placeForSender } = await import('./place-records.ts')
      return { ...findings, checks: await placeForSender(asking, { from: about.from, checks: findings.checks }) }
    },
  })
  return {
    clear: (sender, signal) => gate.clear(sender, signal),
    addresses: signal => findAddresses({ resolver, signal }),
    leadsBack: async (address, signal) => {
      // Who has one address that is in order, or sends to nobody who asks, needs none of it.
      const { leadsBack } = await import('./identity.ts')
      return leadsBack({ resolver, signal }, address)
    },
    report: async (address, signal, options) => {
      // Most processes send and never ask for a report.
      const { examineAll } = await import('./doctor.ts')
      return examineAll({ resolver: fresh, signal }, address, { ...contextOf(address.domain), ...options })
    },
    outdate: () => {
      findAddresses.forget()
      gate.outdate()
    },
    close: () => gate.close(),
  }
}

interface RememberedAddresses {
  (asking: Asking): Promise<readonly PublicAddress[]>
  forget(): void
}

function rememberedAddresses(options: PreflightOptions): RememberedAddresses {
  const memory = new TtlCache<'addresses', readonly PublicAddress[]>({ clock: options.clock, max: 1 })
  const find = (asking: Asking): Promise<readonly PublicAddress[]> =>
    memory.getOrLoad('addresses', async () => {
      const value = await findPublicAddresses(asking, {
        given: options.publicAddresses(),
        bound: options.egress().sources.map(({ address }) => address),
        families: options.families ?? [4, 6],
        interfaces: options.interfaces ?? systemAddresses,
        askServer: options.askServer,
        ranges: options.ranges,
      })
      return { value, ttlMs: value.length > 0 ? ADDRESS_MS : NO_ADDRESS_MS }
    })
  return Object.assign(find, { forget: () => memory.clear() })
}

function systemAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap(addresses => addresses?.map(({ address }) => address) ?? [])
}
