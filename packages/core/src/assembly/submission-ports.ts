/**
 * SubmissionPorts: what the first flow needs, from the rooms that have it.
 */
import type { Clock } from '../ambient/clock.ts'
import { yieldEvery } from '../ambient/yield-every.ts'
import { cardOf, compose } from '../compose/index.ts'
import type { ResolvedOptions } from '../config/index.ts'
import { withFeedbackFields } from '../flow/feedback-fields.ts'
import { returnsToUs } from '../flow/return-path.ts'
import type { SubmissionPorts } from '../flow/submission.ts'
import { type Address, printAddress, requireDomain } from '../model/address.ts'
import type { Check, Clearance } from '../model/clearance.ts'
import type { DkimKey } from '../model/dkim-key.ts'
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
    rawLimits: () => ({ hostname, messageBytes: live.options.limits.messageBytes }),
    returning: (reversePath, { returnPath: use, passOn }) => {
      const { returnKeys, options } = live
      if (returnKeys === undefined) return undefined
      const domain = requireDomain(returnKeys.domain, 'returnPath.domain')
      if (!returnsToUs(reversePath, use ?? options.returnPath.use, domain)) return undefined
      const { returnPath, notices } = options
      const usual = returnPath.passOn === 'auto' ? notices.to : returnPath.passOn
      return { domain, marks: { returnsToUs: true, ...((passOn ?? usual) === 'sender' && { passesOn: true }) } }
    },
    mark: (message, subject) =>
      withFeedbackFields(message, subject, { feedback: live.options.feedback, returnKeys: live.returnKeys }),
    clear: (sender, signal) => {
      const clearance = preflight.clear(sender, signal)
      if (sender.from.length <= 1) return clearance
      return Promise.resolve(clearance).then(found => warnedOfAuthors(found, sender.from))
    },
    card: live.options.queue.cards ? cardOf : () => undefined,
    keepContentMs: keepContentOf(live.options),
    chooseKeys,
    sign,
    enqueue: (submission, writing) => store.enqueue(submission, writing),
    enqueueAll: (submissions, writing) => store.enqueueAll(submissions, writing),
    queuedFact,
    record: recorder.record,
    now: () => clock.now(),
  }
}

/** `name` or `name=value` of a tag, or an account, is reason enough. */
function keepContentOf({ queue }: ResolvedOptions): SubmissionPorts['keepContentMs'] {
  const { keepContentMs, keepContentExcept } = queue
  const accounts = new Set(keepContentExcept.accounts)
  const tags = new Set(keepContentExcept.tags)
  return ({ account, tags: its }) => {
    const isLeftOut =
      (account !== undefined && accounts.has(account)) ||
      (tags.size > 0 && Object.entries(its).some(([name, value]) => tags.has(name) || tags.has(`${name}=${value}`)))
    return isLeftOut ? 0 : keepContentMs
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
