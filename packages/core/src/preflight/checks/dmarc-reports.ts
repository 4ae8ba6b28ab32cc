/**
 * DmarcReports: how far the policy goes, and whether its reports can arrive.
 *
 * Policy. p=none is where everyone begins; the way on is told as a note, because moving too early loses mail. Reports to
 * another organisation need that organisation's consent in DNS (RFC 9990 §4, formerly RFC 7489 §7.1), or nobody sends them.
 *
 * Not here: alignment (dmarc.ts).
 */
import { organisationalDomain } from '../../ambient/public-suffix.ts'
import type { Domain } from '../../model/address.ts'
import type { Check } from '../../model/clearance.ts'
import { type Asking, askTxt, printNothing } from '../ask.ts'
import { evaluateDmarc } from '../mailauth.ts'
import { txtLine } from '../record-text.ts'
import { check } from '../report.ts'
import { parseTags } from '../tags.ts'

const NEXT_STAGE = {
  none: { when: 'when two weeks of reports show no mail of yours failing', policy: 'quarantine' },
  quarantine: { when: 'when a further month of reports shows no mail of yours failing', policy: 'reject' },
} as const

export async function checkDmarcReports(asking: Asking, from: Domain): Promise<readonly Check[]> {
  const { record, policyDomain } = await evaluateDmarc(asking, { from, spf: from, dkim: [] })
  const tags = record === undefined ? undefined : parseTags(record)
  if (record === undefined || policyDomain === undefined || tags === undefined || 'problem' in tags) return []
  const policy = tags.values.get('p')?.toLowerCase()
  const where = `_dmarc.${policyDomain} TXT: ${record}`
  if (policy === undefined || !/^(?:none|quarantine|reject)$/.test(policy)) {
    // RFC 9989 §4.10.1: with rua= such a record still counts, as p=none.
    const fix = txtLine(`_dmarc.${policyDomain}`, `v=DMARC1; p=none; rua=${tags.values.get('rua') ?? ''}`)
    return [check('dmarc.syntax', { level: 'warn', found: where, wanted: 'p=none, quarantine or reject', fix })]
  }
  const next = policy === 'reject' ? undefined : nextStage(policy as 'none' | 'quarantine', { record, policyDomain })
  const level = next === undefined ? 'ok' : 'note'
  const stage = check('dmarc.policy', { level, found: where, wanted: 'p=reject, in stages', fix: next })
  const rua = tags.values.get('rua') ?? ''
  if (rua === '') {
    const fix = txtLine(
      `_dmarc.${policyDomain}`,
      `${record.replace(/;?\s*$/, '')}; rua=mailto:postmaster@${policyDomain}`,
    )
    return [stage, check('dmarc.reports', { level: 'note', found: where, wanted: 'a mailbox for reports, rua=', fix })]
  }
  const mailboxes = rua.split(',').map(uri => uri.trim())
  return [stage, ...(await Promise.all(mailboxes.map(uri => mayReceive(asking, { uri, policyDomain, record }))))]
}

function nextStage(
  policy: keyof typeof NEXT_STAGE,
  { record, policyDomain }: { readonly record: string; readonly policyDomain: string },
): string {
  const { when, policy: next } = NEXT_STAGE[policy]
  const line = txtLine(`_dmarc.${policyDomain}`, record.replace(/(;\s*p\s*=\s*)\w+/i, `$1${next}`))
  return `${when}:\n${line}`
}

async function mayReceive(
  asking: Asking,
  { uri, policyDomain, record }: { readonly uri: string; readonly policyDomain: string; readonly record: string },
): Promise<Check> {
  const target = /^mailto:[^@]+@([^!]+)/i.exec(uri)?.[1]?.toLowerCase()
  const wanted = 'a mailto: address whose domain takes the reports'
  if (target === undefined) {
    const fix = txtLine(
      `_dmarc.${policyDomain}`,
      record.replace(/(;\s*rua\s*=)[^;]*/i, `$1mailto:postmaster@${policyDomain}`),
    )
    return check('dmarc.reports', {
      level: 'warn',
      found: `_dmarc.${policyDomain} TXT: ${record}: ${uri || 'nothing'} is no mailto: address`,
      wanted,
      fix,
    })
  }
  const organisation = organisationalDomain(target) ?? target
  if (organisation === (organisationalDomain(policyDomain) ?? policyDomain))
    return check('dmarc.reports', { level: 'ok', found: `${uri}, of the same organisation`, wanted })
  const name = `${policyDomain}._report._dmarc.${target}`
  const asked = await askTxt(asking, name)
  const agreed = asked.kind === 'found' && asked.values.some(text => /^v=DMARC1\s*(?:;|$)/.test(text))
  const found = `${uri}; ${name} TXT: ${asked.kind === 'found' ? asked.values.join(' and ') : printNothing(asked, 'TXT')}`
  const level = agreed ? 'ok' : asked.kind === 'unknown' ? 'unknown' : 'warn'
  return check('dmarc.reports', { level, found, wanted, fix: txtLine(name, 'v=DMARC1') })
}
