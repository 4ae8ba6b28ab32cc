/**
 * DmarcReports: how far the policy goes, and whether its reports can arrive.
 *
 * Policy. p=none is where everyone begins; the way on is told as a note, because moving too early loses mail. What takes from
 * a policy (a weaker one for the domains below, a share of the mail, testing) is told as well: forgers go that way. Reports to
 * another organisation need that organisation's consent in DNS (RFC 9990 §4, formerly RFC 7489 §7.1), or nobody sends them.
 *
 * Not here: alignment (dmarc.ts).
 */

import { organisationalDomain } from '../../ambient/public-suffix.ts'
import { say } from '../../language/findings-domain.ts'
import type { Domain } from '../../model/address.ts'
import type { Check } from '../../model/clearance.ts'
import { type Asking, askTxt, printNothing } from '../ask.ts'
import { adviseDmarc, type DmarcPolicy, POLICIES, unreadableTags, withTag } from '../dmarc-advice.ts'
import { evaluateDmarc } from '../mailauth.ts'
import { txtChange, txtLine } from '../record-text.ts'
import { check } from '../report.ts'
import { parseTags } from '../tags.ts'

const WHEN = {
  none: 'dmarc.policy.fix.when-none',
  quarantine: 'dmarc.policy.fix.when-quarantine',
} as const

export async function checkDmarcReports(asking: Asking, from: Domain): Promise<readonly Check[]> {
  const { record, policyDomain } = await evaluateDmarc(asking, { from, spf: from, dkim: [] })
  const tags = record === undefined ? undefined : parseTags(record)
  if (record === undefined || policyDomain === undefined || tags === undefined || 'problem' in tags) return []
  const published: Published = {
    record,
    policyDomain,
    tags: tags.values,
    where: `_dmarc.${policyDomain} TXT: ${record}`,
  }
  const unreadable = checkTags(published)
  if (unreadable !== undefined) return [unreadable]
  return [judgePolicy(published, from), ...(await reports(asking, published))]
}

interface Published {
  readonly record: string
  readonly policyDomain: string
  readonly tags: ReadonlyMap<string, string>
  readonly where: string
}

/** RFC 9989 §4.10.1: with rua= a record without a policy still counts, as p=none. Other tags that say nothing are ignored. */
function checkTags({ record, policyDomain, tags, where }: Published): Check | undefined {
  const flaws = [...unreadableTags(tags), ...(tags.has('p') ? [] : [say('dmarc.flaw.no-policy')])]
  if (flaws.length === 0) return undefined
  return check('dmarc.syntax', {
    level: 'warn',
    found: `${where}: ${flaws.join(', ')}`,
    wanted: say('dmarc.syntax.wanted.tags'),
    fix: txtChange(`_dmarc.${policyDomain}`, adviseDmarc([record], { domain: policyDomain })),
  })
}

/** How far the policy goes that counts for this domain, and what takes from it. */
function judgePolicy({ record, policyDomain, tags, where }: Published, from: Domain): Check {
  const policyOf = (tag: string): DmarcPolicy | undefined => tags.get(tag)?.toLowerCase() as DmarcPolicy | undefined
  const own = policyDomain === from || policyOf('sp') === undefined
  const tag = own ? 'p' : 'sp'
  const policy = policyOf(tag) ?? 'none'
  const wanted = say('dmarc.policy.wanted')
  const name = `_dmarc.${policyDomain}`
  const partly = [
    tags.get('pct') === '100' ? undefined : tags.get('pct') && 'pct',
    /^y$/i.test(tags.get('t') ?? '') && 't',
  ].filter(each => typeof each === 'string')
  const weaker = ['sp', 'np'].filter(each => each !== tag && isWeaker(policyOf(each), policy))
  const found = [
    where,
    ...[...partly, ...weaker].map(each =>
      say('dmarc.policy.found.weaker', { tag: each, value: tags.get(each) ?? '', whole: tag, policy }),
    ),
  ].join('; ')
  const changed = (next: string): string => txtChange(name, { record: next, replaces: [record] })
  if (partly.length > 0) {
    const whole = partly.reduce((text, each) => withTag(text, each, undefined), record)
    return check('dmarc.policy', { level: 'note', found, wanted, fix: `${say(WHEN.none)}:\n${changed(whole)}` })
  }
  if (policy !== 'reject') {
    const next = withTag(record, tag, policy === 'none' ? 'quarantine' : 'reject')
    return check('dmarc.policy', { level: 'note', found, wanted, fix: `${say(WHEN[policy])}:\n${changed(next)}` })
  }
  if (weaker.length === 0) return check('dmarc.policy', { level: 'ok', found, wanted })
  const whole = weaker.reduce((text, each) => withTag(text, each, undefined), record)
  return check('dmarc.policy', {
    level: 'note',
    found,
    wanted,
    fix: say('dmarc.policy.fix.below', { when: say(WHEN.none), change: changed(whole) }),
  })
}

function isWeaker(one: DmarcPolicy | undefined, other: DmarcPolicy): boolean {
  return one !== undefined && POLICIES.indexOf(one) < POLICIES.indexOf(other)
}

async function reports(asking: Asking, { record, policyDomain, tags, where }: Published): Promise<readonly Check[]> {
  const rua = tags.get('rua') ?? ''
  if (rua === '') {
    const next = withTag(record, 'rua', `mailto:postmaster@${policyDomain}`)
    const fix = txtChange(`_dmarc.${policyDomain}`, { record: next, replaces: [record] })
    return [check('dmarc.reports', { level: 'note', found: where, wanted: say('dmarc.reports.wanted.mailbox'), fix })]
  }
  return Promise.all(rua.split(',').map(uri => mayReceive(asking, { uri: uri.trim(), policyDomain, record })))
}

async function mayReceive(
  asking: Asking,
  { uri, policyDomain, record }: { readonly uri: string; readonly policyDomain: string; readonly record: string },
): Promise<Check> {
  const target = /^mailto:[^@]+@([^!]+)/i.exec(uri)?.[1]?.toLowerCase()
  const wanted = say('dmarc.reports.wanted')
  if (target === undefined) {
    const next = withTag(record, 'rua', `mailto:postmaster@${policyDomain}`)
    const fix = txtChange(`_dmarc.${policyDomain}`, { record: next, replaces: [record] })
    return check('dmarc.reports', {
      level: 'warn',
      found: say('dmarc.reports.found.no-mailto', { domain: policyDomain, record, uri: uri || 'nothing' }),
      wanted,
      fix,
    })
  }
  const organisation = organisationalDomain(target) ?? target
  if (organisation === (organisationalDomain(policyDomain) ?? policyDomain))
    return check('dmarc.reports', { level: 'ok', found: say('dmarc.reports.found.own', { uri }), wanted })
  const name = `${policyDomain}._report._dmarc.${target}`
  const asked = await askTxt(asking, name)
  const agreed = asked.kind === 'found' && asked.values.some(text => /^v=DMARC1\s*(?:;|$)/.test(text))
  const found = `${uri}; ${name} TXT: ${asked.kind === 'found' ? asked.values.join(' and ') : printNothing(asked, 'TXT')}`
  const level = agreed ? 'ok' : asked.kind === 'unknown' ? 'unknown' : 'warn'
  return check('dmarc.reports', { level, found, wanted, fix: txtLine(name, 'v=DMARC1') })
}
