/**
 * Transport: how safely others deliver to the sender's domain: MTA-STS (mta-sts.ts), TLSRPT, and TLSA (tlsa.ts).
 *
 * Policy. None of them is needed to send, so one that is missing is a note. One that is wrong is worse than none: senders
 * that obey it will not deliver replies and bounces.
 *
 * Not here: what we do with the policies of others (route/). RFC 8461, RFC 8460, RFC 7672.
 */

import { isIPv4 } from 'node:net'
import { say } from '../../language/findings-host.ts'
import type { Domain } from '../../model/address.ts'
import type { Check } from '../../model/clearance.ts'
import { type Asking, askMx, askTxt, printNothing } from '../ask.ts'
import { txtLine } from '../record-text.ts'
import { check } from '../report.ts'
import { parseTags } from '../tags.ts'
import { checkMtaSts, type FetchPolicy } from './mta-sts.ts'
import { checkTlsa, type TryTls } from './tlsa.ts'

export async function checkTransport(
  asking: Asking,
  {
    domain,
    fetchPolicy,
    tryTls,
  }: {
    readonly domain: Domain
    readonly fetchPolicy?: FetchPolicy | undefined
    readonly tryTls?: TryTls | undefined
  },
): Promise<readonly Check[]> {
  const mx = await askMx(asking, domain)
  const named = mx.kind === 'found' ? mx.values.map(({ host }) => host) : []
  const hosts = named.filter(host => host !== '.' && !isIPv4(host))
  const checks = await Promise.all([
    checkMtaSts(asking, { domain, hosts, fetchPolicy, tryTls }),
    checkTlsRpt(asking, domain),
    ...hosts.map(host => checkTlsa(asking, { host, domain, tryTls })),
  ])
  return checks.flat()
}

async function checkTlsRpt(asking: Asking, domain: Domain): Promise<readonly Check[]> {
  const name = `_smtp._tls.${domain}`
  const asked = await askTxt(asking, name)
  const wanted = say('tlsrpt.record.wanted')
  const fix = txtLine(name, `v=TLSRPTv1; rua=mailto:postmaster@${domain}`)
  if (asked.kind !== 'found') {
    const found = `${name} TXT: ${printNothing(asked, 'TXT')}`
    if (asked.kind === 'unknown') return [check('tlsrpt.record', { level: 'unknown', found, wanted })]
    return [check('tlsrpt.record', { level: 'note', found, wanted, fix })]
  }
  // RFC 8460 §3: exactly one that begins with v=TLSRPTv1;
  const records = asked.values.filter(text => /^v=TLSRPTv1\s*;/.test(text))
  const tags = records.length === 1 ? parseTags(records[0]!) : undefined
  const targets = tags !== undefined && 'values' in tags ? (tags.values.get('rua') ?? '').split(',') : ['']
  const valid = targets.every(uri => /^\s*(?:mailto:[^@\s]+@[^@\s]+|https:\/\/\S+)\s*$/i.test(uri))
  const found = `${name} TXT: ${asked.values.map(text => JSON.stringify(text)).join(' and ')}`
  return [check('tlsrpt.record', { level: valid ? 'ok' : 'warn', found, wanted, fix })]
}
