/**
 * SubmissionPorts: what the first flow needs, from the rooms that have it.
 *
 * Policy. Ready bytes are completed and made 7-bit before they are signed, so that no hop has a reason to change them.
 */
import type { Buffer } from 'node:buffer'
import type { Clock } from '../ambient/clock.ts'
import { yieldEvery } from '../ambient/yield-every.ts'
import { compose, prepareRaw, sevenBit } from '../compose/index.ts'
import type { ResolvedOptions } from '../config/index.ts'
import type { SubmissionPorts } from '../flow/submission.ts'
import { type Address, printAddress } from '../model/address.ts'
import type { Check, Clearance } from '../model/clearance.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import { MailerError } from '../model/error.ts'
import type { RawMessage } from '../model/message.ts'
import type { Recorder } from '../observe/index.ts'
import type { Preflight } from '../preflight/index.ts'
import { type QueueStore, queuedFact } from '../queue/index.ts'
import { sign } from '../sign/index.ts'
import type { ReloadableOptions } from './reloadable-options.ts'

/** About a millisecond's worth: a thousand drafts at once must not stop everything else in the process. */
const COMPOSED_PER_TURN = 4

export interface SubmissionParts {
  readonly live: ReloadableOptions
  readonly clock: Clock
  readonly preflight: Preflight
  readonly chooseKeys: (from: readonly Address[]) => readonly DkimKey[]
  readonly store: QueueStore
  readonly recorder: Recorder
}

export function submissionPorts({
  live,
  clock,
  preflight,
  chooseKeys,
  store,
  recorder,
}: SubmissionParts): SubmissionPorts {
  const { hostname } = live.options
  const { allowFiles, textFromHtml } = live.options.compose
  const turns = yieldEvery(COMPOSED_PER_TURN)
  return {
    compose: async (draft, now, signal) => {
      await turns()
      return compose(draft, { now, hostname, allowFiles, textFromHtml, limits: live.options.limits }, signal)
    },
    clear: (sender, signal) => {
      const clearance = preflight.clear(sender, signal)
      if (sender.from.length <= 1) return clearance
      return Promise.resolve(clearance).then(found => warnedOfAuthors(found, sender.from))
    },
    chooseKeys,
    sign,
    enqueue: (submission, writing) => store.enqueue(submission, writing),
    queuedFact,
    record: recorder.record,
    now: () => clock.now(),
  }
}

/** The checks of the sender are about its domains; this one is about the message. */
function warnedOfAuthors(clearance: Clearance, from: readonly Address[]): Clearance {
  if (clearance.result === 'skipped') return clearance
  const check: Check = {
    id: 'message.one-author',
    level: 'warn',
    found: `${from.length} authors: ${from.slice(0, 3).map(printAddress).join(', ')}`,
    wanted: 'one author',
    fix: 'write one address in From, and the others in Cc or Reply-To',
  }
  return { ...clearance, checks: [...clearance.checks, check] }
}

/**
 * A message says from whom it is in exactly one From field; with two, each reader could take another one for the author.
 * @throws MailerError `invalid-message`
 */
export function requireAuthor({ fields, from }: RawMessage): void {
  const count = fields.filter(({ name }) => name === 'from').length
  if (count === 1 && from.length > 0) return
  const found = count === 0 ? 'no From field' : count === 1 ? 'a From field without an address' : `${count} From fields`
  const wanted = 'one From field with an address (RFC 5322 §3.6)'
  throw new MailerError('invalid-message', `From: found ${found}, wanted ${wanted}`, {
    where: 'From',
    found,
    wanted,
    fix: 'write From: name@example.com',
  })
}

/**
 * Ready bytes to a message that may be signed and sent.
 * @param trace whole header lines with CRLF to stand above everything
 * @throws MailerError `invalid-message`, `message-too-large`
 */
export function prepare(
  bytes: Buffer,
  trace: string | undefined,
  { hostname, limits }: ResolvedOptions,
  now: number,
): RawMessage {
  if (bytes.length > limits.messageBytes) {
    throw new MailerError(
      'message-too-large',
      `message: found ${bytes.length} octets, wanted at most ${limits.messageBytes}`,
      {
        where: 'message',
        found: `${bytes.length} octets`,
        wanted: `at most ${limits.messageBytes}`,
        fix: 'send less, or raise limits.messageBytes',
      },
    )
  }
  return sevenBit(prepareRaw(bytes, { now, hostname, ...(trace === undefined ? {} : { trace }) }))
}
