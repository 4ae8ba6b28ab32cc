/**
 * Doctor: every check of one sender, side by side.
 *
 * Policy. The checks of the gate run as they do there, so the doctor never says other than a refusal would. The others only
 * tell; none waits for another, and each says `unknown` rather than guess. What needs more than the DNS (a policy file, a
 * connection) is asked through functions that are handed in, and left out without them.
 *
 * Not here: the checks (checks/), how they are shown and repeated (the CLI).
 */

import type { Clock } from '../ambient/clock.ts'
import { specialRange } from '../ambient/special-ranges.ts'
import { say } from '../language/findings-domain.ts'
import type { Address, Domain } from '../model/address.ts'
import { printAddress } from '../model/address.ts'
import type { Check, PublicAddress } from '../model/clearance.ts'
import { type Egress, helloFrom } from '../model/egress.ts'
import type { Asking } from './ask.ts'
import { checkApex } from './checks/alias.ts'
import { checkDmarcReports } from './checks/dmarc-reports.ts'
import { checkProofs, ownNames, watchProofs } from './checks/dnssec.ts'
import { checkEgress, checkSources } from './checks/egress.ts'
import { checkClock, checkHelo } from './checks/host.ts'
import { checkMailboxes } from './checks/mailboxes.ts'
import { checkDomain, checkMx } from './checks/mx.ts'
import { checkReputation } from './checks/reputation.ts'
import { checkResolver } from './checks/resolver.ts'
import { checkReturnPath, type ReturnPath } from './checks/return-path.ts'
import { checkSignature } from './checks/signature.ts'
import { checkTransport } from './checks/transport.ts'
import { checkDkimLength } from './dkim.ts'
import type { DoctorProbes } from './doctor-probes.ts'
import { type ExamineContext, examine } from './examine.ts'
import { checkIdentity } from './identity.ts'
import { placeRecords } from './place-records.ts'
import { givePublic } from './public-address.ts'
import { whyNowhere } from './record-place.ts'
import { check, makeReport, type Report } from './report.ts'
import { checkHeloSpf } from './spf.ts'
import { checkSpfTree } from './spf-tree.ts'

export interface DoctorContext extends ExamineContext, DoctorProbes {
  readonly clock: Clock
  readonly egress: Egress
  /** The addresses of this machine. */
  readonly interfaces: () => readonly string[]
  /** Absent: mail comes back to nobody's addresses but the sender's. */
  readonly returnPath?: (() => ReturnPath | undefined) | undefined
  readonly probeDomain?: string | undefined
  readonly probeHost?: string | undefined
  /** @default 25 */
  readonly mailPort?: number | undefined
  /** Told each finding as it is made. */
  readonly onChecks?: ((checks: readonly Check[]) => void) | undefined
}

/** Checks that have something in common, asked with what notes broken proofs. */
type Family = (asking: Asking) => Promise<readonly Check[]>

export async function examineAll(asking: Asking, address: Address, context: DoctorContext): Promise<Report> {
  const { domain } = address
  const { hostname, ranges } = context
  const publicAddresses = await context.findAddresses(asking)
  // What no receiver sees is told once (egress.known): no record would be of use for it.
  const seen = publicAddresses.filter(({ address }) => !specialRange(address, ranges))
  const addresses = seen.map(each => each.address)
  const why = whyNowhere(domain)
  const families: readonly Family[] = [
    ...byHello(context, seen).flatMap(([helo, ofHelo]): readonly Family[] => [
      watched => checkHeloSpf(watched, { helo, addresses: ofHelo }),
      watched => checkIdentity(watched, { hostname: helo, addresses: ofHelo.map(each => each.address) }),
    ]),
    watched => checkEgress(watched, { ...context, addresses: publicAddresses, local: context.interfaces() }),
    async watched => [checkResolver(watched)],
    ...beyondDns(context),
    ...(why === undefined ? aboutSender(address, { context, addresses }) : [async () => [noDomain(domain, why)]]),
  ]
  const broken: string[] = []
  const run = async (family: Family): Promise<readonly Check[]> => {
    const watch = watchProofs(asking)
    const all = await family(watch.asking)
    const own = ownNames(watch.bogus, [domain, hostname])
    broken.push(...own)
    // What could not be found out for want of a proof is told once (domain.dnssec).
    const found = own.length === 0 ? all : all.filter(({ level }) => level !== 'unknown')
    context.onChecks?.(found)
    return found
  }
  const checks = (await Promise.all(families.map(run))).flat()
  return makeReport(printAddress(address), {
    checks: [
      ...(await placeRecords(asking, once(checks))),
      ...checkProofs(broken),
      ...(why === undefined ? configured(domain, context) : []),
      ...context.keys.map(checkDkimLength),
    ],
    publicAddresses,
  })
}

/** Each address of ours with the name that is said from there. */
function byHello({ egress }: DoctorContext, seen: readonly PublicAddress[]) {
  const groups = Map.groupBy(seen, ({ address }) => helloFrom(egress, address))
  return groups.size === 0 ? ([[egress.hostname, []]] as const) : [...groups]
}

function beyondDns({ hostname, clock, askTime, bind, egress }: DoctorContext): readonly Family[] {
  return [
    ...(bind === undefined ? [] : [async () => checkSources(egress.sources, bind)]),
    async () => [checkHelo(hostname)],
    ...(askTime === undefined
      ? []
      : [async ({ signal }: Asking) => [checkClock({ now: clock.now(), theirs: await askTime(signal) })]]),
  ]
}

function aboutSender(
  sender: Address,
  { context, addresses }: { readonly context: DoctorContext; readonly addresses: readonly string[] },
): readonly Family[] {
  const { domain } = sender
  const { keys, ranges, askMailboxes, fetchPolicy, tryTls, signSample, hostname } = context
  const returnPath = context.returnPath?.()
  const about = { sender: printAddress(sender), envelope: domain, from: domain }
  // Through another host mail leaves from addresses that are not known here.
  const sending = context.viaSmarthost ? [] : addresses
  return [
    watched => examine(watched, about, context).then(({ checks }) => checks),
    watched => checkSpfTree(watched, domain),
    watched => checkDmarcReports(watched, domain),
    watched => checkApex(watched, domain),
    watched => checkDomain(watched, domain),
    watched => checkMx(watched, domain, ranges),
    watched => checkTransport(watched, { domain, fetchPolicy, tryTls }),
    watched => checkReputation(watched, { domain, addresses }),
    ...(askMailboxes === undefined ? [] : [(asking: Asking) => checkMailboxes(asking, { sender, askMailboxes })]),
    ...(returnPath === undefined
      ? []
      : [
          (asking: Asking) => {
            const probes = { askMailboxes, fetchPolicy, tryTls }
            return checkReturnPath(asking, { returnPath, from: domain, hostname, addresses: sending, ...probes })
          },
        ]),
    ...(signSample === undefined || keys.length === 0
      ? []
      : [(asking: Asking) => checkSignature(asking, { from: domain, signSample })]),
  ]
}

/** Nothing can be published for it: every other question about it would be answered with a record to publish. */
function noDomain(domain: Domain, why: string): Check {
  return check('domain.own', {
    level: 'fail',
    found: domain,
    wanted: say('domain.own.wanted'),
    fix: why,
  })
}

/** One flaw is told once: what only says the same in other words, or follows from it, is left out. */
function once(all: readonly Check[]): readonly Check[] {
  // A host may take the mail of the sender's domain and of return addresses.
  const checks = all.filter(
    (one, at) =>
      !all.slice(0, at).some(({ id, found }) => id.startsWith('tlsa.') && id === one.id && found === one.found),
  )
  const flawed = ['spf.exists', 'spf.one-record', 'spf.syntax'].some(id => checks.some(each => each.id === id))
  const costs = checks.filter(each => each.id === 'spf.lookups')
  const keysAreRight = !checks.some(({ id, level }) => level !== 'ok' && /^dkim\.(?:published|matches)$/.test(id))
  const coversUs = !checks.some(
    ({ id, level, fix }) => id === 'spf.covers-egress' && /^(?:warn|fail)$/.test(level) && fix !== givePublic(),
  )
  const nameIsRight = !checks.some(({ id, level }) => id === 'host.resolves' && level !== 'ok')
  return checks.filter(each => {
    if (each.id === 'dkim.verifies') return keysAreRight
    if (each.id === 'spf.covers-egress' && each.fix === givePublic()) return false
    if (each.id === 'spf.includes' || each.id === 'spf.ptr') return !flawed
    // What does not cover us has to be mended first.
    if (each.id === 'spf.all') return !flawed && coversUs
    // Its record mostly says "a": what the name has is then the cause.
    if (each.id === 'spf.helo') return each.level === 'ok' || nameIsRight
    return each.id !== 'spf.lookups' || (!flawed && each === costs.at(-1))
  })
}

function configured(domain: Domain, { keys }: ExamineContext): readonly Check[] {
  if (keys.length > 0) return []
  return [
    check('dkim.configured', {
      level: 'warn',
      found: say('dkim.configured.found', { domain }),
      wanted: say('dkim.configured.wanted', { domain }),
      fix: say('dkim.configured.fix', { domain }),
    }),
  ]
}
