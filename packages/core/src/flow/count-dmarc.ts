/**
 * CountDmarc: a DMARC aggregate report is added to what receivers say of mail in our name.
 *
 * Policy. Only of domains that are ours, because anyone may write a report, and of the last month, so that a stranger does not fill the
 * past. What it says is counted, not believed: people read it, and nothing is sent otherwise for it.
 *
 * Not here: reading it (report/), how much there may be (queue/dmarc-rows.ts), what follows (api/dmarc.ts). RFC 9990.
 */
import type { Clock } from '../ambient/clock.ts'
import { organisationalDomain } from '../ambient/public-suffix.ts'
import { dayOf } from '../model/tls-result.ts'
import type { QueueStore } from '../queue/index.ts'
import type { AuthenticationReport } from '../report/index.ts'

/** `counted` now, `known` before, `foreign`: not a domain of ours, `old` or of days to come, `full`: that day holds no more. */
export type CountedDmarc = 'counted' | 'known' | 'foreign' | 'old' | 'full'

const OLDEST_DAYS = 31

export async function countDmarc(
  { organisation, id, begin, published, rows }: AuthenticationReport,
  {
    store,
    clock,
    domains,
  }: { readonly store: Pick<QueueStore, 'addDmarc'>; readonly clock: Clock; readonly domains: readonly string[] },
): Promise<CountedDmarc> {
  const domain = published.domain.toLowerCase().replace(/\.$/, '')
  const ours = new Set(domains.map(name => organisationalDomain(name) ?? name))
  if (!ours.has(organisationalDomain(domain) ?? domain)) return 'foreign'
  const [today, day] = [dayOf(clock.now()), dayOf(begin)]
  if (day < today - OLDEST_DAYS || day > today + 1) return 'old'
  const added = await store.addDmarc(
    {
      reporter: organisation,
      id,
      day,
      domain,
      policy: published.policy,
      rows: rows.map(({ source, dkimAligned, spfAligned, disposition, count }) => ({
        source,
        dkim: dkimAligned,
        spf: spfAligned,
        disposition,
        count,
      })),
    },
    today,
  )
  return added === 'full' ? 'full' : added ? 'counted' : 'known'
}
