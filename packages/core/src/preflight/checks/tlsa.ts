/**
 * Tlsa: the TLSA records of our own mail hosts: can they be used, do they name the certificate that is shown, and is the next
 * key announced before it is used? RFC 6698, RFC 7671 §8, RFC 7672.
 *
 * Policy. A record that does not match loses mail today, so it is a warning; a host whose only record is that of the key in
 * use loses mail on the day the key changes, so it is a note, with the steps of a change that loses none.
 *
 * Not here: the TLSA records of others (route/dane.ts), the comparison itself (the mailer tries it as senders do).
 */
import type { Domain } from '../../model/address.ts'
import type { Check } from '../../model/check.ts'
import type { TlsaRecord, TlsRequirement } from '../../model/route.ts'
import { type Asking, ask } from '../ask.ts'
import { check } from '../report.ts'

/** Greets a mail host and asks for TLS, checked as senders check it; why it would not pass, if so. */
export type TryTls = (
  question: { readonly host: string; readonly verify: NonNullable<TlsRequirement['verify']> },
  signal: AbortSignal,
) => Promise<{ readonly problem?: string; readonly reached: boolean }>

export interface TlsaSubject {
  readonly host: string
  /** The mail domain. */
  readonly domain: Domain
  readonly tryTls?: TryTls | undefined
}

const WANTED = 'usage 3 1 1 or 2 1 1, in a signed zone'

export async function checkTlsa(asking: Asking, subject: TlsaSubject): Promise<readonly Check[]> {
  const { host, domain, tryTls } = subject
  const name = `_25._tcp.${host}`
  const asked = await ask(asking, { name, type: 'TLSA' })
  if (asked.kind !== 'found') return []
  const records = asked.values.flatMap(record => (record.type === 'TLSA' ? [record.tlsa] : []))
  const printed = records.map(({ usage, selector, matching }) => `${usage} ${selector} ${matching}`).join(', ')
  const usable = judgeUsable(asking, { name, found: `${name} TLSA: ${printed}`, records, signed: asked.authentic })
  if (usable.level !== 'ok') return [usable]
  const known = records.filter(isUsable)
  const rollover = judgeRollover({ name, records: known, ttl: asked.ttl })
  if (tryTls === undefined) return [usable, rollover]
  const verify = { by: 'dane', records: known, names: [host as Domain, domain] } as const
  const tried = await tryTls({ host, verify }, asking.signal)
  return [usable, judgeMatch(name, tried), rollover]
}

/** RFC 7672 §3.1: only DANE-TA(2) and DANE-EE(3) count for SMTP. */
function isUsable({ usage, selector, matching }: TlsaRecord): boolean {
  return (usage === 2 || usage === 3) && selector <= 1 && matching <= 2
}

interface Published {
  readonly name: string
  readonly found: string
  readonly records: readonly TlsaRecord[]
  readonly signed: boolean
}

/** Records count only when DNSSEC proves them. RFC 7672 §2.2 */
function judgeUsable({ resolver }: Asking, { name, found, records, signed }: Published): Check {
  if (!records.some(isUsable)) {
    const fix = `${name}. IN TLSA 3 1 1 <SHA-256 of the public key>`
    return check('tlsa.usable', { level: 'warn', found, wanted: WANTED, fix })
  }
  if (!resolver.trustworthy) {
    const why = `${found}; the resolver is not one whose DNSSEC verdict counts`
    return check('tlsa.usable', { level: 'unknown', found: why, wanted: WANTED })
  }
  const fix = 'sign the zone of the host with DNSSEC, or remove the record'
  return signed
    ? check('tlsa.usable', { level: 'ok', found, wanted: WANTED })
    : check('tlsa.usable', { level: 'warn', found: `${found}, not signed`, wanted: WANTED, fix })
}

function judgeMatch(name: string, { problem, reached }: Awaited<ReturnType<TryTls>>): Check {
  const wanted = 'a certificate or key that one of the records names'
  if (problem === undefined) return check('tlsa.matches', { level: 'ok', found: `${name}: it matches`, wanted })
  if (!reached) {
    const fix = 'see that the host can be reached on port 25, and look again'
    return check('tlsa.matches', { level: 'unknown', found: `${name}: ${problem}`, wanted, fix })
  }
  const fix = `now, because mail is being held back:\n${name}. IN TLSA 3 1 1 <SHA-256 of the public key that the host shows>\n(postrider dns --tlsa CERTIFICATE makes it from the file)`
  return check('tlsa.matches', { level: 'warn', found: `${name}: ${problem}`, wanted, fix })
}

interface Rolling {
  readonly name: string
  readonly records: readonly TlsaRecord[]
  /** Seconds. */
  readonly ttl: number
}

function judgeRollover({ name, records, ttl }: Rolling): Check {
  const wanted = 'a record for the next key beside that of the present one, or one for the authority (2 1 1)'
  const keys = new Set(records.map(({ usage, selector, data }) => `${usage} ${selector} ${data}`))
  // RFC 7671 §5.1: the hash of a whole certificate changes with each renewal, that of a key only with the key.
  const whole = records.every(({ usage, selector }) => usage === 3 && selector === 0)
  const safe = records.some(({ usage }) => usage === 2) || (keys.size > 1 && !whole)
  const found = `${name}: ${keys.size} record${keys.size === 1 ? '' : 's'}, TTL ${ttl} s`
  if (safe) return check('tlsa.rollover', { level: 'ok', found, wanted })
  return check('tlsa.rollover', { level: 'note', found, wanted, fix: rolloverSteps(name, { ttl, whole }) })
}

/** RFC 7671 §8.1 */
function rolloverSteps(name: string, { ttl, whole }: { readonly ttl: number; readonly whole: boolean }): string {
  return [
    ...(whole ? ['use 3 1 1 (the key) in place of 3 0 1 (the certificate), which changes with each renewal'] : []),
    'keep the key over renewals (certbot: --reuse-key), and change it like this:',
    '1. make the next key, and publish its record beside the present one:',
    `${name}. IN TLSA 3 1 1 <SHA-256 of the next public key>`,
    `2. wait twice the TTL of the records, ${2 * ttl} s`,
    '3. let the host use the next key, and see that tlsa.matches says ok',
    '4. remove the record of the old key',
  ].join('\n')
}
