/**
 * Webhooks: whether each endpoint takes its events.
 *
 * Policy. Somebody stopped it: a note. It stopped itself with 410, or has refused an event for a day: a warning, for after three days
 * events are dropped. What was dropped can be told again for as long as the queue keeps it: a note.
 *
 * Not here: reading them (the command), starting and replaying (`postrider webhooks`).
 */
import type { EndpointState } from '@postrider/relay'
import { say } from '../language/checkup.ts'
import { duration } from '../terminal/index.ts'
import { type Finding, finding, type Said } from './finding.ts'

const DAY_MS = 86_400_000

/** An endpoint, and what it answered last. */
export interface SeenEndpoint extends EndpointState {
  readonly lastAnswer?: string
}

/** @param endpoints none when there are none, and nothing to say */
export function checkWebhooks(endpoints: readonly SeenEndpoint[], now: number): readonly Finding[] {
  if (endpoints.length === 0) return []
  const wrong = endpoints.flatMap(endpoint => flawOf(endpoint, now) ?? [])
  const wanted = say('webhooks.wanted')
  if (wrong.length === 0) {
    const found = say('webhooks.found', { count: endpoints.length })
    return [finding('webhooks.taken', { level: 'ok', found, wanted })]
  }
  return wrong.map(each => finding('webhooks.taken', { ...each, wanted }))
}

function flawOf(
  { id, endpoint, stopped, failingSince, dropped, lastAnswer = '' }: SeenEndpoint,
  now: number,
): Omit<Said, 'wanted'> | undefined {
  if (stopped !== undefined) {
    const since = duration(now - stopped.at)
    const isGone = stopped.because === 'gone'
    return {
      level: isGone ? 'warn' : 'note',
      found: say(isGone ? 'webhooks.found.gone' : 'webhooks.found.stopped', { endpoint, since }),
      fix: `postrider webhooks start ${id}`,
    }
  }
  if (failingSince !== undefined && now - failingSince > DAY_MS) {
    const since = duration(now - failingSince)
    return {
      level: 'warn',
      found: say('webhooks.found.failing', { endpoint, since, answer: lastAnswer }),
      fix: `postrider webhooks test ${id}`,
    }
  }
  const lost = dropped.reduce((sum, { count }) => sum + count, 0)
  if (lost === 0) return undefined
  return {
    level: 'note',
    found: say('webhooks.found.dropped', { endpoint, count: lost }),
    fix: `postrider webhooks replay ${id}`,
  }
}
