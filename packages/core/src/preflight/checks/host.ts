/**
 * Host: the name and the clock of this machine.
 *
 * Policy. A name that no receiver can look up is refused by many before anything else is read: it needs two labels of letters,
 * digits and hyphens, and a last one that the world knows. A clock that is minutes off makes signatures of the future and
 * Date fields that filters hold against the message.
 *
 * Not here: whether the name resolves (identity.ts). RFC 5321 §2.3.5, §4.1.1.1; RFC 952.
 */
import { say } from '../../language/findings-host.ts'
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
    wanted: say('host.helo.wanted'),
    fix: say('host.helo.fix'),
  })
}

function heloFlaw(hostname: string): string | undefined {
  if (hostname.startsWith('[')) return say('host.helo.flaw.address')
  const labels = hostname.split('.')
  if (labels.length < 2) return say('host.helo.flaw.short')
  if (LOCAL_ENDINGS.test(hostname)) return say('host.helo.flaw.local')
  const odd = labels.find(label => !/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i.test(label))
  if (odd !== undefined) return say('host.helo.flaw.characters', { label: odd })
  return /^\d+$/.test(labels.at(-1)!) ? say('host.helo.flaw.number') : undefined
}

/** Gmail and others allow minutes; a signature with x= or t= in the future fails at once. */
const MOST_SKEW_MS = 60_000

export function checkClock({ now, theirs }: { readonly now: number; readonly theirs: number | undefined }): Check {
  const wanted = say('host.clock.wanted')
  if (theirs === undefined) {
    const fix = say('host.clock.fix.unknown')
    return check('host.clock', { level: 'unknown', found: say('host.clock.found.unknown'), wanted, fix })
  }
  const skew = Math.round((now - theirs) / 1000)
  return check('host.clock', {
    level: Math.abs(now - theirs) <= MOST_SKEW_MS ? 'ok' : 'warn',
    found:
      skew === 0
        ? say('host.clock.found.same')
        : say(`host.clock.found.${skew > 0 ? 'ahead' : 'behind'}`, { seconds: Math.abs(skew) }),
    wanted,
    fix: 'timedatectl set-ntp true',
  })
}
