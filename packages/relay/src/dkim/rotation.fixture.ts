/** Keys and rotations to test with. */
import { dkimRecord, generateDkimKey, loadDkimKey, type ResolvedDkim } from '@postrider/core'
import type { Rotation } from './rotation.ts'

export const DAY: number = 86_400_000
export const AT: number = Date.UTC(2026, 0, 5)
export const domain = 'abc.example' as ResolvedDkim['domain']

export async function keyOf(
  selector: string,
  algorithm: 'rsa-sha256' | 'ed25519-sha256' = 'ed25519-sha256',
): Promise<ResolvedDkim> {
  const { pem } = await generateDkimKey({ domain, selector, algorithm })
  return { domain, selector, privateKey: pem, source: `${selector}.pem` }
}

export function begunWith(
  keys: readonly ResolvedDkim[],
  former: readonly ResolvedDkim[],
  more: Partial<Rotation> = {},
): Rotation {
  return {
    domain,
    number: 1,
    stage: 'publish',
    begunAt: AT,
    since: AT,
    keys: keys.map(({ selector, privateKey }) => ({ selector, privateKey })),
    former: former.map(({ selector, privateKey }) => ({
      selector,
      value: dkimRecord(loadDkimKey({ domain, selector, pem: privateKey })).value,
    })),
    missing: [],
    ...more,
  }
}
