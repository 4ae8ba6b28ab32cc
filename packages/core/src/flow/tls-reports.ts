/**
 * TlsReports: counts what deliveries show of TLS, and hands the reports of each day over. RFC 8460.
 *
 * Policy. The sum of a session is made when it is seen and written now and then: no message waits for it.  * What went without regard for policies (TLS-Required: No), such as reports themselves, does not count.
 *
 * Not here: what counts and when reports are due (tlsrpt/), HTTPS (tls-report-post.ts).
 */

import { isIP } from 'node:net'
import type { Clock } from '../ambient/clock.ts'
import type { Random } from '../ambient/random.ts'
import type { ResolvedOptions } from '../config/index.ts'
import type { Resolver } from '../dns/index.ts'
import { type Address, requireAddress } from '../model/address.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import { errorFact } from '../model/error-fact.ts'
import type { Evidence } from '../model/evidence.ts'
import type { Job } from '../model/job.ts'
import type { Hop, NoRoute, Route } from '../model/route.ts'
import type { Recorder } from '../observe/index.ts'
import type { QueueStore } from '../queue/index.ts'
import { isPrivateAddress } from '../route/index.ts'
import { noRouteResult, Reporter, type Submitter, sessionResult, TlsCounts } from '../tlsrpt/index.ts'
import { queueReport } from './own-mail.ts'
import { reportPost } from './post-tls-report.ts'

export interface ReportingParts {
  readonly options: ResolvedOptions
  readonly clock: Clock
  readonly random: Random
  readonly store: QueueStore
  readonly resolver: Resolver
  readonly recorder: Recorder
  readonly chooseKeys: (from: readonly Address[]) => readonly DkimKey[]
}

export interface TlsReporting {
  readonly count: (job: Job, route: Route | NoRoute, seen?: Evidence) => void
  /** Writes what was counted; ends the report that is under way. */
  close(): Promise<void>
  destroy(): void
}

export function openTlsReporting(parts: ReportingParts): TlsReporting {
  const { options, clock, random, store, resolver, recorder } = parts
  const { send, contact, organisation } = options.tlsrpt
  const trouble = (doing: string) => (error: unknown) => recorder.record(errorFact(doing, error, clock.now()))
  const counts = new TlsCounts({
    clock,
    store: tallies => store.countTls(tallies),
    onTrouble: trouble('writing what was counted of TLS'),
  })
  const submitter: Submitter = { domain: requireAddress(contact, 'tlsrpt.contact').domain, organisation, contact }
  const reporter = new Reporter({
    clock,
    random,
    resolver,
    submitter,
    due: wanted => store.tlsDays(wanted),
    note: note => store.noteTlsReport(note),
    claim: (note, dueAt) => store.claimTlsReport(note, dueAt),
    post: reportPost({ options, resolver, clock }),
    mail: wanted => queueReport(wanted, submitter, parts),
    onTrouble: trouble('sending TLS reports'),
  })
  if (send) reporter.start()
  const sending = sendingAddresses(parts)
  return {
    count: (job, route, seen) => {
      if (job.facts.tlsRequiredNo && !job.requireTls) return
      const result =
        route.kind === 'no-route'
          ? noRouteResult(route)
          : seen && !seen.sessionReused
            ? sessionResult(route, seen, sending.of(seen.hop))
            : undefined
      if (result !== undefined) counts.add(result)
    },
    close: async () => {
      sending.stop()
      await reporter.close()
      await counts.close()
    },
    destroy: () => {
      sending.stop()
      reporter.destroy()
      counts.destroy()
    },
  }
}

/** As the world sees us: the one we bind to, the one that was given, or the one that preflight found last. */
function sendingAddresses({ options, recorder }: ReportingParts): {
  readonly of: (hop: Hop) => string | undefined
  readonly stop: () => void
} {
  const known = new Map<number, string>()
  const learn = (addresses: readonly string[]): void => {
    for (const address of addresses.toReversed()) known.set(isIP(address), address)
  }
  learn(options.egress.publicAddresses)
  const stop = recorder.on('queued', ({ clearance }) => {
    if (clearance.publicAddresses.length > known.size) learn(clearance.publicAddresses.map(({ address }) => address))
  })
  return {
    stop,
    of: ({ departure: { localAddress: address }, family }) =>
      address !== undefined && !isPrivateAddress({ address, family }) ? address : known.get(family),
  }
}
