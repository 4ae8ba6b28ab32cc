/**
 * KeyRotation: whether DKIM keys are turned, and whether a rotation is stuck.
 *
 * Policy. A rotation that waits for a record: a note, and a warning after a day. A key that has signed for more than a year: a note.
 * Of a key whose beginning nobody knows, the age of its file counts.
 *
 * Not here: finding them (the command), turning them (`postrider keys`).
 */
import type { KeyRotationState } from '@postrider/relay'
import { say } from '../language/checkup.ts'
import { duration, moment } from '../terminal/index.ts'
import { type Finding, finding, type Said } from './finding.ts'

const DAY_MS = 86_400_000
const YEAR_MS = 365 * DAY_MS

/** The keys that sign for a domain. */
export interface SigningKeys {
  readonly domain: string
  readonly selectors: readonly string[]
  /** Undefined: nobody knows. */
  readonly since: number | undefined
}

/** @param rotations those of a domain in their order */
export function checkKeyRotation(
  keys: readonly SigningKeys[],
  rotations: readonly KeyRotationState[],
  now: number,
): readonly Finding[] {
  const open = rotations.filter(({ stage }) => stage !== 'done' && stage !== 'cancelled')
  const turning = new Set(open.map(({ domain }) => domain))
  const told = [
    ...open.map(one => saidOf(one, now)),
    ...keys.flatMap(one => (turning.has(one.domain) ? [] : (oldKey(one, rotations, now) ?? []))),
  ]
  const wanted = say('rotation.wanted')
  if (told.length === 0) return [finding('keys.rotation', { level: 'ok', found: say('rotation.found.ok'), wanted })]
  return told.map(each => finding('keys.rotation', { ...each, wanted }))
}

function saidOf(
  { domain, stage, since, selectors, former, missing, records, retiresAt = since }: KeyRotationState,
  now: number,
): Omit<Said, 'wanted'> {
  const waits = missing
    .filter(({ where }) => where !== 'time')
    .map(({ where, found }) => (found === '' ? where : `${where}: ${found}`))
  const values = {
    domain,
    selectors,
    former,
    age: duration(Math.max(0, now - since)),
    time: moment(retiresAt),
    missing: waits.length === 0 ? '' : say('rotation.missing', { missing: waits }),
  }
  if (stage === 'retire')
    return { level: 'note', found: say('rotation.found.retire', values), fix: 'postrider keys list' }
  const found = say(stage === 'publish' ? 'rotation.found.publish' : 'rotation.found.revoke', values)
  const fix = records.map(({ name, value }) => `${name}. IN TXT ${strings(value)}`).join('\n')
  return { level: now - since > DAY_MS ? 'warn' : 'note', found, fix }
}

function oldKey(
  { domain, selectors, since }: SigningKeys,
  rotations: readonly KeyRotationState[],
  now: number,
): Omit<Said, 'wanted'> | undefined {
  const signedAt = rotations.findLast(
    one => one.domain === domain && selectors.some(name => one.selectors.includes(name)),
  )?.signedAt
  const from = signedAt ?? since
  if (from === undefined || now - from <= YEAR_MS) return undefined
  const found = say('rotation.found.old', { domain, selectors, age: duration(now - from) })
  return { level: 'note', found, fix: `postrider keys rotate ${domain}` }
}

/** A string of a TXT record has at most 255 octets (RFC 1035 §3.3). */
function strings(value: string): string {
  return (value.match(/.{1,255}/g) ?? []).map(part => JSON.stringify(part)).join(' ')
}
