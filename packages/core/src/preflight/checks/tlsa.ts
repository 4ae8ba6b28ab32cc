/**
 * Tlsa: the TLSA records of our own mail hosts: can they be used, do they name the certificate that is shown, and is the next
 * key announced before it is used? RFC 6698, RFC 7671 §8, RFC 7672.
 *
 * Policy. A record that does not match loses mail today, so it is a warning; a host whose only record is that of the key in
 * use loses mail on the day the key changes, so it is a note, with the steps of a change that loses none.
 *
 * Not here: the TLSA records of others (route/dane.ts), the comparison itself (the mailer tries it as senders do).
 */
import { say } from '../../language/findings-host.ts'
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
    const fix = say('tlsa.usable.fix.other-kind', { name })
    return check('tlsa.usable', { level: 'warn', found, wanted: say('tlsa.usable.wanted'), fix })
  }
  if (!resolver.trustworthy) {
    const why = say('tlsa.usable.found.untrusted', { found })
    return check('tlsa.usable', { level: 'unknown', found: why, wanted: say('tlsa.usable.wanted') })
  }
  const fix = say('tlsa.usable.fix.unsigned')
  return signed
    ? check('tlsa.usable', { level: 'ok', found, wanted: say('tlsa.usable.wanted') })
    : check('tlsa.usable', {
        level: 'warn',
        found: say('tlsa.usable.found.unsigned', { found }),
        wanted: say('tlsa.usable.wanted'),
        fix,
      })
}

function judgeMatch(name: string, { problem, reached }: Awaited<ReturnType<TryTls>>): Check {
  const wanted = say('tlsa.matches.wanted')
  if (problem === undefined)
    return check('tlsa.matches', { level: 'ok', found: say('tlsa.matches.found', { name }), wanted })
  if (!reached) {
    const fix = say('tlsa.matches.fix.unreached')
    return check('tlsa.matches', { level: 'unknown', found: `${name}: ${problem}`, wanted, fix })
  }
  const fix = say('tlsa.matches.fix', { name })
  return check('tlsa.matches', { level: 'warn', found: `${name}: ${problem}`, wanted, fix })
}

interface Rolling {
  readonly name: string
  readonly records: readonly TlsaRecord[]
  /** Seconds. */
  readonly ttl: number
}

function judgeRollover({ name, records, ttl }: Rolling): Check {
  const wanted = say('tlsa.rollover.wanted')
  const keys = new Set(records.map(({ usage, selector, data }) => `${usage} ${selector} ${data}`))
  // RFC 7671 §5.1: the hash of a whole certificate changes with each renewal, that of a key only with the key.
  const whole = records.every(({ usage, selector }) => usage === 3 && selector === 0)
  const safe = records.some(({ usage }) => usage === 2) || (keys.size > 1 && !whole)
  const found = say('tlsa.rollover.found', { name, count: keys.size, ttl })
  if (safe) return check('tlsa.rollover', { level: 'ok', found, wanted })
  return check('tlsa.rollover', { level: 'note', found, wanted, fix: rolloverSteps(name, { ttl, whole }) })
}

/** RFC 7671 §8.1 */
function rolloverSteps(name: string, { ttl, whole }: { readonly ttl: number; readonly whole: boolean }): string {
  return [
    ...(whole ? [say('tlsa.rollover.fix.key')] : []),
    say('tlsa.rollover.fix.keep'),
    say('tlsa.rollover.fix.next'),
    say('tlsa.rollover.fix.record', { name }),
    say('tlsa.rollover.fix.wait', { seconds: 2 * ttl }),
    say('tlsa.rollover.fix.use'),
    say('tlsa.rollover.fix.remove'),
  ].join('\n')
}
