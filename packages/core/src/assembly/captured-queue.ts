/**
 * CapturedQueue: that nothing of a queue is delivered which holds captured mail, whoever opens it.
 *
 * Policy. The mark beside the file is looked at each time before delivery is led, and ten times a second at most before mail is taken
 * to be delivered: it may be made while a mailer runs, and nothing is captured that soon after. That a mailer stands by for it
 * is told once.
 *
 * Not here: who makes the mark, and when a relay does not start for it (the relay's inbox).
 */
import { existsSync } from 'node:fs'
import type { Clock } from '../ambient/clock.ts'
import type { ResolvedOptions } from '../config/index.ts'
import type { Recorder } from '../observe/index.ts'

interface Parts {
  readonly options: Pick<ResolvedOptions, 'queue'>
  /** It captures itself; undefined in a mailer that delivers. */
  readonly capture: object | undefined
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
  readonly recorder: Pick<Recorder, 'record'>
}

const LOOK_EVERY_MS = 100

/** @returns whether the mail that waits is kept from delivery, as it was a moment ago unless it is to be looked at `anew` */
export function watchCaptured({ options, capture, clock, recorder }: Parts): (anew?: 'anew') => boolean {
  const { url, path } = options.queue
  if (capture !== undefined || url !== undefined || path === ':memory:') return () => false
  const mark = `${path}.captured`
  let isTold = false
  let [was, lookAt] = [false, 0]
  return anew => {
    if (anew === undefined && clock.monotonic() < lookAt) return was
    lookAt = clock.monotonic() + LOOK_EVERY_MS
    was = existsSync(mark)
    if (!was) return false
    const detail = `nothing of ${path} is delivered: it holds captured mail; remove ${mark} when it no longer does`
    if (!isTold) recorder.record({ kind: 'queue-error', at: clock.now(), doing: 'beginning to deliver', detail })
    isTold = true
    return true
  }
}
