/**
 * ReturnPath: the records of the domain that bounces come to: who receives for it, and that mail may leave in its name.
 *
 * Not here: the sender's own domain (plan.ts). RFC 5321 §4.4, RFC 7208 §2.4.
 */
import type { SpfAdvice } from '@postrider/core'
import { say } from '../language/records.ts'
import { type AnnouncedPolicy, stsRecords } from './mta-sts.ts'
import { type AskPublished, besidePublished } from './published.ts'
import type { PublishRecord } from './record.ts'

export interface ReturnPathRequest {
  readonly domain: string
  /** The host that receives; absent where that is not this one. */
  readonly host?: string | undefined
  /** What its SPF should say, given what stands. */
  readonly spf: SpfAdvice
  /** What this relay gives for it, if it does. */
  readonly policy?: AnnouncedPolicy | undefined
}

export async function returnPathRecords(
  { domain, host, spf, policy }: ReturnPathRequest,
  ask: AskPublished,
): Promise<readonly PublishRecord[]> {
  const records = [
    besidePublished(
      {
        purpose: 'return-spf',
        name: domain,
        type: 'TXT',
        value: spf.record,
        why: say('record.return-spf'),
        rival: text => spf.replaces.includes(text),
      },
      ask,
    ),
  ]
  if (host === undefined) return Promise.all(records)
  const mx = besidePublished(
    {
      purpose: 'return-mx',
      name: domain,
      type: 'MX',
      value: `10 ${host}`,
      why: say('record.return-mx'),
      same: text => text.split(' ')[1]?.toLowerCase() === host.toLowerCase(),
      // Any other host refuses these addresses.
      rival: () => true,
    },
    ask,
  )
  const sts = policy === undefined ? [] : await stsRecords(policy, ask)
  return [...(await Promise.all([mx, ...records])), ...sts]
}
