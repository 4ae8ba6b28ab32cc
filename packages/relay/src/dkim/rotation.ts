/**
 * Rotation: the DKIM keys of a domain on the way from one to the next, as a value; and which keys that leaves in force.
 *
 * Policy. Four stages. `publish`: the new record has to be seen at all name servers, and the old key signs. `retire`: the new key
 * signs, and the old record stays for as long as mail that it signed is under way. `revoke`: the old record has to be seen
 * empty. `done`. A key that is not revoked is kept with the others, so that every relay on the queue believes what it proves (return
 * addresses, links) before the first of them signs with it; one that is revoked proves what it proved, and signs nothing.
 * Before it signs a rotation may be `cancelled`: its keys never sign, and its selectors are not used again, because what was published
 * there may be remembered. A domain without a key in the configuration is not signed for, whatever was turned: who takes it out means that.
 * A key that was put into the configuration since then comes before what was rotated: it is the later word.
 *
 * Not here: what leads from stage to stage (step.ts), where it is kept (stored-rotations.ts). RFC 6376 §3.6.1.
 */
import { dkimRecord, loadDkimKey, type ResolvedDkim } from '@postrider/core'

/** Of those that are open. */
export const OPEN_STAGES = ['publish', 'retire', 'revoke'] as const
/** How far the keys of a domain are turned. */
export type RotationStage = (typeof OPEN_STAGES)[number] | 'done' | 'cancelled'

/** What is waited for: a name server, `resolver`, `hook` or `queue`, and what is found there. */
export interface Missing {
  /** The name of a name server, or one of these three words. */
  readonly where: string
  /** The record or the error that was found there; empty: no record. */
  readonly found: string
}

/** A TXT record: its name without a final dot, and its whole value. */
export interface TxtRecord {
  /** Such as `mail2026._domainkey.example.com`. */
  readonly name: string
  /** In one piece, without quotes; `splitTxt` cuts it into strings of 255 octets. */
  readonly value: string
}

export interface Rotation {
  readonly domain: string
  /** Those of a domain are counted from 1. */
  readonly number: number
  readonly stage: RotationStage
  readonly begunAt: number
  /** When it came to this stage. */
  readonly since: number
  /** When the new keys began to sign. */
  readonly signedAt?: number
  /** They take the place of the former ones. */
  readonly keys: readonly { readonly selector: string; readonly privateKey: string }[]
  /** With the values of their records, which are to be taken away. */
  readonly former: readonly { readonly selector: string; readonly value: string }[]
  /** In this stage. */
  readonly lookedAt?: number
  readonly missing: readonly Missing[]
}

/** Something is still to come of it. */
export function isOpen({ stage }: Pick<Rotation, 'stage'>): boolean {
  return stage !== 'done' && stage !== 'cancelled'
}

/** In place of a file's name. */
const SOURCE = 'rotation:'

export function recordsToPublish({ domain, keys }: Pick<Rotation, 'domain' | 'keys'>): readonly TxtRecord[] {
  return keys.map(({ selector, privateKey }) => dkimRecord(loadDkimKey({ domain, selector, pem: privateKey })))
}

/** RFC 6376 §3.6.1: an empty p= says that the key is revoked. */
export function recordsToRevoke({ domain, former }: Pick<Rotation, 'domain' | 'former'>): readonly TxtRecord[] {
  return former.map(({ selector }) => ({ name: `${selector}._domainkey.${domain}`, value: 'v=DKIM1; p=' }))
}

/** The keys of the configuration and of the rotations together: of a domain, those that sign first. */
export function keysInForce(keys: readonly ResolvedDkim[], rotations: readonly Rotation[]): readonly ResolvedDkim[] {
  const configured = configuredKeys(keys)
  if (rotations.length === 0) return configured
  const turned = rotations.filter(({ stage }) => stage !== 'cancelled')
  const ofDomain = Map.groupBy(turned, ({ domain }) => domain)
  return [...Map.groupBy(configured, ({ domain }) => domain)].flatMap(([domain, own]) => {
    const turns = (ofDomain.get(domain) ?? []).toSorted((one, other) => other.number - one.number)
    return turns.length === 0 ? own : together(own, turns, domain)
  })
}

/** As they stand in the configuration. */
function configuredKeys(keys: readonly ResolvedDkim[]): readonly ResolvedDkim[] {
  return keys.filter(({ source }) => !source.startsWith(SOURCE)).map(({ standing: _standing, ...key }) => key)
}

/** @param turns those of one domain, the last one first */
function together(
  configured: readonly ResolvedDkim[],
  turns: readonly Rotation[],
  domain: ResolvedDkim['domain'],
): readonly ResolvedDkim[] {
  const gone = new Set(turns.filter(isRevoked).flatMap(({ former }) => former.map(({ selector }) => selector)))
  const former = new Set(turns.flatMap(one => one.former.map(({ selector }) => selector)))
  const made = turns.flatMap(one => one.keys.map(key => ({ ...key, one })))
  const selectors = new Set(made.map(({ selector }) => selector))
  const ofTurn = ({ one, ...key }: (typeof made)[number]): ResolvedDkim => ({
    ...key,
    domain,
    source: `${SOURCE}${one.number}`,
    ...(gone.has(key.selector) && { standing: 'revoked' as const }),
  })
  const signing = made.filter(({ one }) => one.stage !== 'publish').map(ofTurn)
  const coming = made
    .filter(({ one }) => one.stage === 'publish')
    .map(each => ({ ...ofTurn(each), standing: 'coming' as const }))
  const later = configured.filter(({ selector }) => !former.has(selector) && !selectors.has(selector))
  const before = configured
    .filter(({ selector }) => former.has(selector) && !selectors.has(selector))
    .map(key => (gone.has(key.selector) ? { ...key, standing: 'revoked' as const } : key))
  return [...later, ...signing, ...before, ...coming]
}

/** Who is told to revoke a key may have done it. */
function isRevoked({ stage }: Rotation): boolean {
  return stage === 'revoke' || stage === 'done'
}

/** `mail` → `mail2` → `mail3`: one that was never used, so that no old record is taken for the new one. */
export function nextSelector(selector: string, taken: ReadonlySet<string>): string {
  const [, name = selector, number = ''] = /^(.*?)(\d*)$/.exec(selector) ?? []
  for (let next = number === '' ? 2 : Number(number) + 1; ; next++) {
    const free = `${name}${next}`
    if (!taken.has(free)) return free
  }
}
