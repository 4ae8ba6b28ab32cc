/**
 * Host: the name and the clock of this machine.
 *
 * Policy. A name that no receiver can look up is refused by many before anything else is read: it needs two labels of letters,
 * digits and hyphens, and a last one that the world knows. A clock that is minutes off makes signatures of the future and
 * Date fields that filters hold against the message.
 *
 * Not here: whether the name resolves (identity.ts). RFC 5321 §2.3.5, §4.1.1.1; RFC 952.
 */
import type { Domain } from '../../model/address.ts'
import type { Check } from '../../model/clearance.ts'
import { check } from '../report.ts'

/** RFC 6761, RFC 6762 Appendix G, RFC 8375, RFC 9476, and what routers call their networks. */
const LOCAL_ENDINGS =
  /(?:^|\.)(?:localhost|local|localdomain|lan|home|internal|intranet|corp|private|home\.arpa|invalid|alt)$/

export function checkHelo(hostname: Domain): Check {
  const flaw = heloFlaw(hostname)
  return check('host.helo', {
    level: flaw === undefined ? 'ok' : 'warn',
    found: flaw === undefined ? `EHLO ${hostname}` : `EHLO ${hostname}: ${flaw}`,
    wanted: 'a full name of letters, digits and hyphens, such as mail.example.com',
    fix: 'set hostname to a name whose A and AAAA records you control',
  })
}

function heloFlaw(hostname: string): string | undefined {
  if (hostname.startsWith('[')) return 'an address instead of a name'
  const labels = hostname.split('.')
  if (labels.length < 2) return 'not a full name'
  if (LOCAL_ENDINGS.test(hostname)) return 'a name of a local network'
  const odd = labels.find(label => !/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i.test(label))
  if (odd !== undefined) return `"${odd}" has other characters`
  return /^\d+$/.test(labels.at(-1)!) ? 'it ends in a number' : undefined
}

/** Gmail and others allow minutes; a signature with x= or t= in the future fails at once. */
const MOST_SKEW_MS = 60_000

export function checkClock({ now, theirs }: { readonly now: number; readonly theirs: number | undefined }): Check {
  const wanted = 'less than a minute between this clock and that of others'
  if (theirs === undefined) {
    const fix = 'see what timedatectl says'
    return check('host.clock', { level: 'unknown', found: 'no host told the time', wanted, fix })
  }
  const skew = Math.round((now - theirs) / 1000)
  return check('host.clock', {
    level: Math.abs(now - theirs) <= MOST_SKEW_MS ? 'ok' : 'warn',
    found: skew === 0 ? 'the same time' : `${Math.abs(skew)} s ${skew > 0 ? 'ahead' : 'behind'}`,
    wanted,
    fix: 'timedatectl set-ntp true',
  })
}
