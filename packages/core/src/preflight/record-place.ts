/**
 * RecordPlace: where a record that is meant for a name has to stand, and whether it can stand anywhere.
 *
 * Policy. A name with a CNAME has no other record (RFC 1034 §3.6.2): what is meant for it stands where the alias leads. An address,
 * a name that ends in a number and one that is too long are no names of the DNS; a public suffix belongs to those who register
 * names under it, so nobody who only sends can publish anything there. What could not be found out changes nothing.
 *
 * Not here: what is said instead (place-records.ts for the checks, the CLI for its plan).
 */

import { organisationalDomain } from '../ambient/public-suffix.ts'
import { normalName } from '../dns/index.ts'
import { say } from '../language/findings-domain.ts'
import { type Asking, askNames } from './ask.ts'

export type RecordPlace =
  | { readonly kind: 'there' }
  /** The alias leads there. */
  | { readonly kind: 'elsewhere'; readonly name: string }
  /** The reason and what to do, as one sentence. */
  | { readonly kind: 'nowhere'; readonly why: string }

/** RFC 1034 §3.6.2 sets none; resolvers stop at about that many. */
const LONGEST_CHAIN = 8

/** Why nothing can be published for a name, as far as the name alone tells. */
export function whyNowhere(name: string): string | undefined {
  if (name.startsWith('[')) return say('record.nowhere.address', { name })
  if (normalName(name) === undefined) return say('record.nowhere.long', { name })
  const base = withoutUnderscores(name)
  // RFC 3696 §2
  if (/(?:^|\.)\d+$/.test(base)) return say('record.nowhere.number', { name: base })
  if (organisationalDomain(base) !== undefined) return undefined
  const kind = base.includes('.') ? say('record.nowhere.public-suffix') : say('record.nowhere.no-dot')
  return say('record.nowhere.others', { name: base, kind })
}

export async function findRecordPlace(asking: Asking, name: string): Promise<RecordPlace> {
  let at = name
  for (let step = 0; step <= LONGEST_CHAIN; step++) {
    const why = whyNowhere(at)
    if (why !== undefined && at === name) return { kind: 'nowhere', why }
    if (why !== undefined)
      return {
        kind: 'nowhere',
        why: say('record.nowhere.alias', { name, target: at }),
      }
    const asked = await askNames(asking, at, 'CNAME')
    const target = asked.kind === 'found' ? asked.values[0] : undefined
    if (target === undefined) return at === name ? { kind: 'there' } : { kind: 'elsewhere', name: at }
    at = target
  }
  return { kind: 'nowhere', why: say('record.nowhere.endless-alias', { name }) }
}

/** `_dmarc.`, `s1._domainkey.` and their like stand below the domain that they are about. RFC 8552 */
function withoutUnderscores(name: string): string {
  const labels = name.split('.')
  return labels.slice(labels.findLastIndex(label => label.startsWith('_')) + 1).join('.')
}
