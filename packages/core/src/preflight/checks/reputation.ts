/**
 * Reputation: is an address or domain of ours on a blocklist that receivers use?
 *
 * Policy. No answer is believed before the list has shown that it answers us: its entry that is always listed is, and the one
 * that never is is not (RFC 5782 §5). A resolver that says "no such name" to everything, or "here" to everything, would make
 * us clean or guilty everywhere. A list that is not believed is told once, as unknown, with a resolver of one's own as remedy.
 *
 * Not here: the lists and their codes (blocklists.ts), what providers say of us in replies (outcome/).
 */

import { isIPv4 } from 'node:net'
import { reverseName } from '../../dns/index.ts'
import { say } from '../../language/findings-host.ts'
import type { Domain } from '../../model/address.ts'
import type { Check } from '../../model/clearance.ts'
import { type Asking, askAddresses, askTxt, printNothing } from '../ask.ts'
import { check } from '../report.ts'
import { BLOCKLISTS, type Blocklist, meaningOf } from './blocklists.ts'

const ID = 'reputation.dnsbl'

export async function checkReputation(
  asking: Asking,
  { domain, addresses }: { readonly domain: Domain; readonly addresses: readonly string[] },
): Promise<readonly Check[]> {
  const checks = await Promise.all(
    BLOCKLISTS.map(async list => {
      const questions = questionsOf(list, { domain, addresses })
      if (questions.length === 0) return []
      const doubt = await doubtOf(asking, list)
      return doubt === undefined ? Promise.all(questions.map(one => askList(asking, { list, ...one }))) : [doubt]
    }),
  )
  return checks.flat()
}

interface Question {
  readonly subject: string
  readonly name: string
}

function questionsOf(
  { zone, lists, families }: Blocklist,
  { domain, addresses }: { readonly domain: Domain; readonly addresses: readonly string[] },
): readonly Question[] {
  if (lists === 'domains') return [{ subject: domain, name: `${domain}.${zone}` }]
  return addresses
    .filter(address => families.includes(isIPv4(address) ? 4 : 6))
    .map(address => ({ subject: address, name: `${reversed(address)}.${zone}` }))
}

function reversed(address: string): string {
  return (reverseName(address) ?? '').replace(/\.(?:in-addr|ip6)\.arpa$/, '')
}

/** Why nothing that the list says can be believed; undefined when it can. */
async function doubtOf(asking: Asking, list: Blocklist): Promise<Check | undefined> {
  const [listed, unlisted] = [`${list.tests.listed}.${list.zone}`, `${list.tests.unlisted}.${list.zone}`]
  const [there, notThere] = await Promise.all([askAddresses(asking, listed, 4), askAddresses(asking, unlisted, 4)])
  const unknown = (found: string, fix: string): Check =>
    check(ID, { level: 'unknown', found: say('reputation.dnsbl.found.doubt', { found }), wanted: wantedOf(list), fix })
  if (there.kind === 'unknown')
    return unknown(`${listed} A: ${printNothing(there, 'A')}`, say('reputation.dnsbl.fix.resolver'))
  if (there.kind === 'absent')
    return unknown(
      say('reputation.dnsbl.found.test-missing', { name: listed, answer: printNothing(there, 'A') }),
      say('reputation.dnsbl.fix.resolver'),
    )
  const meaning = meaningOf(list, there.values)
  const answer = `${listed} A: ${there.values.join(', ')}`
  if (meaning.kind === 'refused')
    return unknown(
      say('reputation.dnsbl.found.refused', { answer, why: meaning.why }),
      say('reputation.dnsbl.fix.resolver'),
    )
  if (meaning.kind === 'strange')
    return unknown(
      say('reputation.dnsbl.found.strange', { answer, zone: list.zone }),
      say('reputation.dnsbl.fix.resolver'),
    )
  if (notThere.kind === 'found' && meaningOf(list, notThere.values).kind !== 'refused')
    return unknown(
      say('reputation.dnsbl.found.never-listed', { name: unlisted, addresses: notThere.values }),
      say('reputation.dnsbl.fix.resolver'),
    )
  return undefined
}

function wantedOf({ zone }: Blocklist): string {
  return say('reputation.dnsbl.wanted', { zone })
}

async function askList(
  asking: Asking,
  { list, subject, name }: Question & { readonly list: Blocklist },
): Promise<Check> {
  const wanted = wantedOf(list)
  const asked = await askAddresses(asking, name, 4)
  if (asked.kind === 'absent')
    return check(ID, { level: 'ok', found: say('reputation.dnsbl.found.clean', { subject, zone: list.zone }), wanted })
  if (asked.kind === 'unknown')
    return check(ID, {
      level: 'unknown',
      found: `${name} A: ${printNothing(asked, 'A')}`,
      wanted,
      fix: say('reputation.dnsbl.fix.resolver'),
    })
  const meaning = meaningOf(list, asked.values)
  const answer = `${name} A: ${asked.values.join(', ')}`
  if (meaning.kind !== 'listed') {
    const why =
      meaning.kind === 'refused' ? meaning.why : say('reputation.dnsbl.no-answer-of-list', { zone: list.zone })
    return check(ID, {
      level: 'unknown',
      found: say('reputation.dnsbl.found.refused', { answer, why }),
      wanted,
      fix: say('reputation.dnsbl.fix.resolver'),
    })
  }
  const reason = await askTxt(asking, name)
  const why = reason.kind === 'found' ? `: ${reason.values.join(' ')}` : ''
  return check(ID, {
    level: list.level,
    found: say('reputation.dnsbl.found', {
      subject,
      zone: list.zone,
      codes: meaning.codes,
      meanings: meaning.as.join('; '),
      why,
    }),
    wanted,
    fix: removalOf(list, meaning.codes),
  })
}

/** Spamhaus PBL (127.0.0.10 and .11) lists ranges that should not send at all: no removal helps while that is so. */
function removalOf({ zone, removal }: Blocklist, codes: readonly string[]): string {
  const policyRange = zone === 'zen.spamhaus.org' && codes.some(code => code === '127.0.0.10' || code === '127.0.0.11')
  return policyRange ? say('reputation.dnsbl.fix.range', { removal }) : say('reputation.dnsbl.fix.removal', { removal })
}
