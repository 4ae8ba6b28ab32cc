/**
 * Begin: the next keys of a domain, made and kept, so that the first stage can begin.
 *
 * Policy. For each key that signs now one of its kind: RSA in its size, but never below 2048 bits. The selector follows that of the key
 * it replaces, and is one that was never used.
 *
 * Not here: which keys sign (core), what happens then (step.ts).
 */
import { type DkimKey, dkimRecord, generateDkimKey, loadDkimKey, type ResolvedDkim } from '@postrider/core'
import { isOpen, nextSelector, type Rotation } from './rotation.ts'
import type { StoredRotations } from './stored-rotations.ts'

/** RFC 8301 §3.2 */
const LEAST_BITS = 2048
const MOST_BITS = 4096

export type Begun =
  | { readonly kind: 'begun'; readonly rotation: Rotation }
  | { readonly kind: 'open'; readonly rotation: Rotation }
  /** Nothing signs for it. */
  | { readonly kind: 'unsigned' }

/** @param keys all that are in force; @throws MailerError `queue-unavailable` */
export async function beginRotation(
  rotations: StoredRotations,
  { domain, keys, at }: { readonly domain: string; readonly keys: readonly ResolvedDkim[]; readonly at: number },
): Promise<Begun> {
  const own = (await rotations.list()).filter(one => one.domain === domain)
  const open = own.find(isOpen)
  if (open !== undefined) return { kind: 'open', rotation: open }
  const former = keys.filter(key => key.domain === domain && key.standing === undefined).map(loaded)
  if (former.length === 0) return { kind: 'unsigned' }
  const taken = new Set([
    ...keys.filter(key => key.domain === domain).map(({ selector }) => selector),
    ...own.flatMap(one => [...one.keys, ...one.former].map(({ selector }) => selector)),
  ])
  const made: Rotation['keys'][number][] = []
  for (const key of firstOfEach(former)) {
    const selector = nextSelector(key.selector, taken)
    taken.add(selector)
    const { algorithm } = key
    const size = key.privateKey.asymmetricKeyDetails?.modulusLength ?? LEAST_BITS
    const bits = Math.min(Math.max(size, LEAST_BITS), MOST_BITS)
    const { pem } = await generateDkimKey({ domain, selector, algorithm, bits })
    made.push({ selector, privateKey: pem })
  }
  const gone = former.map(key => ({ selector: key.selector, value: dkimRecord(key).value }))
  await rotations.begin({ domain, keys: made, former: gone }, at)
  // Another may have begun one in the same moment.
  const begun = (await rotations.list()).find(one => one.domain === domain && isOpen(one))
  if (begun === undefined) return { kind: 'unsigned' }
  const isOurs = begun.keys.every(({ privateKey }, index) => privateKey === made[index]?.privateKey)
  return { kind: isOurs ? 'begun' : 'open', rotation: begun }
}

function loaded({ domain, selector, privateKey }: ResolvedDkim): DkimKey {
  return loadDkimKey({ domain, selector, pem: privateKey })
}

/** They sign; others stand beside them while one takes the place of another (RFC 8463 §3). */
function firstOfEach(keys: readonly DkimKey[]): readonly DkimKey[] {
  return keys.filter((key, place) => keys.findIndex(({ algorithm }) => algorithm === key.algorithm) === place)
}
