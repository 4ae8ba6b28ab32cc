/**
 * SubmissionWorld: the ports of the first flow for its tests: every step is the real one; only the names of the internet are made up, and
 * the queue is in memory.
 */
import assert from 'node:assert/strict'
import { submissionPorts } from '../assembly/submission-ports.ts'
import { type ResolvedOptions, resolveOptions } from '../config/index.ts'
import { type Address, requireAddress } from '../model/address.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import type { Envelope } from '../model/envelope.ts'
import { MailerError, type MailerErrorCode } from '../model/error.ts'
import type { Fact } from '../model/fact.ts'
import type { Job } from '../model/job.ts'
import { createRecorder } from '../observe/index.ts'
import { createPreflight, type PreflightOptions } from '../preflight/index.ts'
import { openSqliteQueue, type QueueStore } from '../queue/index.ts'
import { chooseKeys, dkimRecord, generateDkimKey } from '../sign/index.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { createFakeDns } from '../testing/fake-dns.ts'
import { TEST_RANGES } from '../testing/test-ranges.ts'
import type { ZoneLiteral } from '../testing/zone.ts'
import type { RawSubmission, SendRequest, SubmissionPorts, Writing } from './submission.ts'

const NOW: number = Date.UTC(2026, 0, 1)
export const RAW: Buffer = Buffer.from(
  'From: me@example.com\r\nTo: you@example.org\r\nBcc: hidden@example.org\r\n\r\nGrüße\r\n',
)
const made = await generateDkimKey({ domain: 'example.com', selector: 's1', algorithm: 'ed25519-sha256' })
const resolved = await resolveOptions({ hostname: 'mail.example.com', limits: { messageBytes: 2000 } }, { cwd: '.' })

const key: DkimKey = made.key
const options: ResolvedOptions = resolved.options

export const HEALTHY: ZoneLiteral = {
  'example.com': { TXT: ['v=spf1 ip4:203.0.113.5 -all'] },
  [dkimRecord(key).name]: { TXT: dkimRecord(key).value },
  '_dmarc.example.com': { TXT: 'v=DMARC1; p=reject' },
}

export interface World extends AsyncDisposable {
  readonly ports: SubmissionPorts
  readonly store: QueueStore
  readonly facts: readonly Fact[]
  /** What waits in the queue, and its bytes. */
  queued(): Promise<readonly { readonly job: Job; readonly text: string }[]>
}

export async function openWorld(
  zone: ZoneLiteral = HEALTHY,
  preflight: Partial<PreflightOptions> = {},
): Promise<World> {
  const clock = new FakeClock(NOW)
  const store = await openSqliteQueue({ path: ':memory:', clock })
  const recorder = createRecorder({})
  const facts: Fact[] = []
  recorder.on('*', fact => facts.push(fact))
  const chooseOurs = (from: readonly Address[]): readonly DkimKey[] => chooseKeys(from, [key])
  const gate = createPreflight({
    resolver: createFakeDns(zone),
    clock,
    mode: 'enforce',
    egress: () => ({ hostname: options.hostname, sources: [] }),
    publicAddresses: () => ['203.0.113.5'],
    chooseKeys: chooseOurs,
    interfaces: () => [],
    ranges: TEST_RANGES,
    ...preflight,
  })
  const live = { options, keys: [key], returnKeys: undefined, take: () => [] }
  return {
    ports: submissionPorts({ live, clock, preflight: gate, chooseKeys: chooseOurs, store, recorder }),
    store,
    facts,
    queued: async () => {
      await store.takeLeadership(NOW, 60_000)
      const jobs = await store.claim({ now: NOW, limit: 10, perDomain: 10, leaseMs: 60_000, exclude: [] })
      const textOf = async ({ messageId }: Job): Promise<string> =>
        (await store.read(messageId))?.toString('latin1') ?? assert.fail('no bytes')
      return Promise.all(jobs.map(async job => ({ job, text: await textOf(job) })))
    },
    [Symbol.asyncDispose]: async () => {
      gate.close()
      await store.close()
    },
  }
}

export const request: SendRequest = { notBefore: NOW, expiresAt: NOW + 1000, priority: 'normal', tags: {}, via: 'sdk' }
export const writing = (): Writing => ({ signal: new AbortController().signal, begun: () => {} })
const to = (reversePath: string): Envelope => ({
  reversePath: requireAddress(reversePath, 'from'),
  recipients: [{ address: requireAddress('you@example.org', 'to') }],
})
export const given = (more: Partial<RawSubmission> = {}): RawSubmission => ({
  raw: RAW,
  envelope: to('me@example.com'),
  request,
  trace: () => undefined,
  check: () => ({}),
  ...more,
})

export async function refused(code: MailerErrorCode, work: Promise<unknown>): Promise<MailerError> {
  const error = await work.then(
    () => assert.fail(`wanted ${code}`),
    (error: unknown) => error,
  )
  assert.ok(MailerError.is(error), String(error))
  assert.equal(error.code, code)
  return error
}
