/**
 * MtaSts: the records of a policy of MTA-STS: the one that announces it, and the name under which this relay gives it.
 *
 * Policy. Mail can do without them, so they are optional. A name that leads somewhere already stays: a proxy may stand before the relay.
 *
 * Not here: what the policy says (core, or the settings of `relay.public`). RFC 8461.
 */
import { isIPv6 } from 'node:net'
import type { MtaStsAdvice } from '@postrider/core'
import { say } from '../language/records.ts'
import { type AskPublished, besidePublished } from './published.ts'
import type { PublishRecord } from './record.ts'

export interface AnnouncedPolicy extends MtaStsAdvice {
  /** The addresses of the relay that gives it; absent where its owner has yet to serve it. */
  readonly givenAt?: readonly string[] | undefined
}

export function stsRecords(
  { url, record: { name, value }, givenAt }: AnnouncedPolicy,
  ask: AskPublished,
): Promise<readonly PublishRecord[]> {
  const { host } = new URL(url)
  const places = (givenAt ?? []).map(address =>
    besidePublished(
      {
        purpose: 'mta-sts-host',
        name: host,
        type: isIPv6(address) ? 'AAAA' : 'A',
        value: address,
        same: () => true,
        optional: true,
        why: say('record.mta-sts-host'),
      },
      ask,
    ),
  )
  const why = givenAt === undefined ? say('record.mta-sts', { host }) : say('record.mta-sts.given', { host })
  // RFC 8461 §3.1
  const same = (text: string): boolean => /^v=STSv1\s*;/.test(text)
  const announced = besidePublished({ purpose: 'mta-sts', name, type: 'TXT', value, same, optional: true, why }, ask)
  return Promise.all([...places, announced])
}
