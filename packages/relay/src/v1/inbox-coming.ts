/**
 * InboxComing: captured mail as it comes: the first that fits, or one after the other.
 */
import type { Captured, CaptureService, InboxFilter } from '../inbox/index.ts'
import type { Source } from './event-stream.ts'
import { busy } from './v1-error.ts'
import type { Asked, V1Ports } from './v1-route.ts'

type Inbox = CaptureService['inbox']

interface Waiting {
  readonly timeout: number
  readonly request: Asked<unknown, unknown>['request']
  readonly clock: V1Ports['clock']
}

/** Undefined: none did in time. */
export async function firstComing(
  inbox: Inbox,
  filter: InboxFilter,
  { timeout, request, clock }: Waiting,
): Promise<Captured | undefined> {
  const { promise, resolve } = Promise.withResolvers<Captured | undefined>()
  const stop = inbox.listen(mail => {
    if ([...inbox.find({ ...filter, id: mail.id })].length > 0) resolve(mail)
  })
  if (stop === undefined) throw busy('too many wait for captured mail', 1)
  const cancel = clock.after(timeout, () => resolve(undefined))
  const leave = (): void => resolve(undefined)
  const gone = AbortSignal.any([request.signal, request.stopping])
  gone.addEventListener('abort', leave, { once: true })
  try {
    return await promise
  } finally {
    stop()
    cancel()
    gone.removeEventListener('abort', leave)
  }
}

/** Each message as it comes; nothing is kept for who reads slowly but its id. */
export async function* coming(inbox: Inbox, filter: InboxFilter, signal: AbortSignal): Source {
  const ids: string[] = []
  let wake = Promise.withResolvers<void>()
  const stop = inbox.listen(({ id }) => {
    ids.push(id)
    wake.resolve()
  })
  if (stop === undefined) throw busy('too many wait for captured mail', 1)
  const end = (): void => wake.resolve()
  signal.addEventListener('abort', end, { once: true })
  try {
    while (!signal.aborted) {
      for (const id of ids.splice(0)) {
        const [mail] = inbox.find({ ...filter, after: undefined, id })
        yield mail === undefined ? undefined : { event: 'captured', id, data: mail }
      }
      await wake.promise
      wake = Promise.withResolvers<void>()
      if (ids.length > 0) wake.resolve()
    }
  } finally {
    stop()
    signal.removeEventListener('abort', end)
  }
}
