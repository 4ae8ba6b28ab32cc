/**
 * The gate, for tests: a sender whose records are in order, in a fake DNS.
 */
import assert from 'node:assert/strict'
import type { Domain } from '../model/address.ts'
import type { Clearance } from '../model/clearance.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import { MailerError } from '../model/error.ts'
import type { PreflightFact } from '../model/fact.ts'
import { chooseKeys, type DkimRecord, dkimRecord, generateDkimKey } from '../sign/index.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { createFakeDns, type FakeDns } from '../testing/fake-dns.ts'
import { TEST_RANGES } from '../testing/test-ranges.ts'
import type { ZoneLiteral } from '../testing/zone.ts'
import { createPreflight, type Preflight, type PreflightOptions } from './preflight.ts'

export const ADDRESS = '203.0.113.5'
const first = await generateDkimKey({ domain: 'example.com', selector: 's1' })
const second = await generateDkimKey({ domain: 'example.com', selector: 's2', algorithm: 'ed25519-sha256' })
export const key: DkimKey = first.key
export const other: DkimKey = second.key
export const published: DkimRecord = dkimRecord(key)

export const HEALTHY: ZoneLiteral = {
  'example.com': { TXT: ['v=spf1 ip4:203.0.113.5 -all', 'something else'] },
  [published.name]: { TXT: published.value },
  '_dmarc.example.com': { TXT: 'v=DMARC1; p=reject' },
}

export interface World {
  readonly dns: FakeDns
  readonly clock: FakeClock
  readonly facts: PreflightFact[]
  readonly preflight: Preflight
  /** Clears a@example.com, or of another reverse-path. */
  clear(envelope?: string | null): Promise<Clearance>
  refusal(): Promise<MailerError>
}

export function world(
  zone: ZoneLiteral = {},
  options: Partial<PreflightOptions> & { keys?: readonly DkimKey[] } = {},
): World {
  const dns = createFakeDns({ ...HEALTHY, ...zone })
  const clock = new FakeClock()
  const facts: PreflightFact[] = []
  const { keys = [key], ...rest } = options
  const preflight = createPreflight({
    resolver: dns,
    clock,
    mode: 'enforce',
    egress: () => ({ hostname: 'mail.example.com' as Domain, sources: [] }),
    publicAddresses: () => [ADDRESS],
    chooseKeys: from => chooseKeys(from, keys),
    interfaces: () => [],
    ranges: TEST_RANGES,
    record: fact => facts.push(fact),
    ...rest,
  })
  const clear = async (envelope: string | null = 'example.com'): Promise<Clearance> =>
    preflight.clear(
      {
        envelopeFrom: envelope === null ? null : { local: 'a', domain: envelope as Domain },
        from: [{ local: 'a', domain: 'example.com' as Domain }],
      },
      new AbortController().signal,
    )
  const refusal = async (): Promise<MailerError> => {
    const error = await clear().then(
      clearance => assert.fail(JSON.stringify(clearance)),
      (error: unknown) => error,
    )
    assert.ok(MailerError.is(error), String(error))
    assert.equal(error.code, 'not-cleared')
    return error
  }
  return { dns, clock, facts, preflight, clear, refusal }
}

/** Until the names were asked for, and their answers had time to arrive. */
export async function asked({ queries }: FakeDns, names: readonly string[]): Promise<void> {
  const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
  while (!names.every(name => queries.some(query => query.name === name))) await turn()
  for (let turns = 0; turns < 5; turns++) await turn()
}

export function levels({ checks }: Clearance): Record<string, string> {
  return Object.fromEntries(checks.map(({ id, level }) => [id, level]))
}
