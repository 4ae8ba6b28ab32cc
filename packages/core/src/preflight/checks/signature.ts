/**
 * Signature: does a message that is signed now verify, as a receiver would do it?
 *
 * Policy. Signer, published key and verifier of somebody else together, through the real DNS: what single checks overlook shows
 * here. It is told only when each key by itself is right, so that one flaw turns one check.
 *
 * Not here: the keys (dkim.ts), how verification works (mailauth.ts).
 */

import { Buffer } from 'node:buffer'
import { say } from '../../language/findings-domain.ts'
import type { Domain } from '../../model/address.ts'
import type { Check } from '../../model/clearance.ts'
import type { Asking } from '../ask.ts'
import { verifyDkim } from '../mailauth.ts'
import { check } from '../report.ts'

export async function checkSignature(
  asking: Asking,
  { from, signSample }: { readonly from: Domain; readonly signSample: (from: Domain) => Promise<Uint8Array> },
): Promise<readonly Check[]> {
  const seen = await verifyDkim(asking, Buffer.from(await signSample(from)))
  return seen.map(({ domain, selector, result, problem }) => {
    const level = result === 'pass' ? 'ok' : result === 'temperror' ? 'unknown' : 'fail'
    const found = `${selector}._domainkey.${domain}: ${result}${problem === undefined ? '' : ` (${problem})`}`
    return check('dkim.verifies', {
      level,
      found,
      wanted: 'pass',
      fix: say('dkim.verifies.fix', { domain }),
    })
  })
}
