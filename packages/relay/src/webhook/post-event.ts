/**
 * PostEvent: one event posted to an endpoint, signed, and what its answer means.
 *
 * Policy. 2xx is taken, 410 is gone, everything else says what was wrong, and so does what kept an answer from coming.
 */
import type { Clock } from '@postrider/core'
import type { MayReach } from './address-guard.ts'
import type { Endpoint } from './endpoint.ts'
import type { Poster } from './poster.ts'
import type { Sign } from './signature.ts'

interface Signed {
  readonly id: string
  readonly body: string
  readonly sign: Sign
}

interface Answered {
  /** `taken`, `gone`, `status 500`, or why there was no answer. */
  readonly answer: string
  readonly retryAfter?: string | undefined
  readonly tookMs: number
}

/** Never rejects. */
export async function postTo(
  poster: Poster,
  { id, body, sign }: Signed,
  clock: Pick<Clock, 'now' | 'monotonic'>,
): Promise<Answered> {
  const at = new Date(clock.now())
  const began = clock.monotonic()
  try {
    const { status, retryAfter } = await poster.post(body, sign(id, at, body))
    return { answer: meaningOf(status), retryAfter, tookMs: clock.monotonic() - began }
  } catch (error) {
    return { answer: (error as Error).message || 'no answer', tookMs: clock.monotonic() - began }
  }
}

function meaningOf(status: number): string {
  if (status >= 200 && status < 300) return 'taken'
  return status === 410 ? 'gone' : `status ${status}`
}

/** Whoever writes the configuration may name any host; whoever may only ask over HTTP may not. */
export function posterOf({ url, from }: Endpoint, mayReach: MayReach): [url: string, mayReach?: MayReach] {
  return from === 'configuration' ? [url] : [url, mayReach]
}
