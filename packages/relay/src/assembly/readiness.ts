/**
 * Readiness: whether mail would be accepted now, and what is missing. Listening is the relay's own part (relay.ts).
 */

import type { Readiness } from '../admin/index.ts'
import type { Certificates } from '../upkeep/certificates.ts'
import type { Disk } from '../upkeep/free-disk.ts'
import type { RelayContext } from './context.ts'

const MIB = 1024 ** 2

export async function readinessOf(
  { mailer, current, clock }: RelayContext,
  certificates: Certificates,
  disk: Disk,
): Promise<Readiness> {
  // The least that shows that the queue answers: what costs more the more mail waits would fail when it is needed.
  const queue = await mailer.queue.pausedSites().then(
    paused => ({
      name: 'queue',
      ok: true,
      detail: paused.length === 0 ? 'answers' : `answers; paused sites: ${paused.length}`,
    }),
    (error: Error) => ({ name: 'queue', ok: false, detail: error.message }),
  )
  const least = current.config.relay.limits.freeDiskBytes
  const free = disk.freeBytes === Number.POSITIVE_INFINITY ? 'unknown' : `${Math.floor(disk.freeBytes / MIB)} MiB`
  const checks = [
    queue,
    { name: 'disk', ok: disk.hasRoom(), detail: `${free} free, ${Math.floor(least / MIB)} MiB wanted` },
    certificates.check(clock.now()),
  ]
  return { ready: checks.every(check => check.ok), checks }
}
