/**
 * Doctor: an examination as it goes on: each check as it is made, in the end the report.
 *
 * Policy. It is read off a stream of events that was posted for, which `EventSource` cannot.
 */
import { request } from './ask.ts'
import { blocksOf } from './event-stream.ts'
import type { Check, Routes } from './routes.ts'

export type Report = Routes['POST /v1/doctor']['answer']['reports'][number]

interface Hears {
  readonly check: (check: Check) => void
  readonly report: (report: Report) => void
}

/** @throws Refused; Error when it breaks off */
export async function examine(
  addresses: readonly string[],
  { check, report }: Hears,
  signal: AbortSignal,
): Promise<void> {
  const { body } = await request('POST /v1/doctor', { body: { addresses }, signal }, 'text/event-stream')
  if (body === null) return
  for await (const { event, data } of blocksOf(body)) {
    if (data === undefined) continue
    const value: unknown = JSON.parse(data)
    if (event === 'report') report(value as Report)
    else if (event === 'check') check((value as { readonly check: Check }).check)
  }
}
