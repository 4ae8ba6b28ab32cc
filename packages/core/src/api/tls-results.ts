/** TlsResults: the days of TLS counts that somebody asks for. */
import type { Clock } from '../ambient/clock.ts'
import { requireDomain } from '../model/address.ts'
import { dayOf, type TlsDay } from '../model/tls-result.ts'
import type { QueueStore } from '../queue/index.ts'
import type { TlsResultsRequest } from './requests.ts'

export async function readTlsResults(
  { days = 7, domain, limit = 1000 }: TlsResultsRequest,
  { store, clock }: { readonly store: QueueStore; readonly clock: Clock },
): Promise<readonly TlsDay[]> {
  const today = dayOf(clock.now())
  return store.tlsDays({
    since: today - days + 1,
    before: today + 1,
    ...(domain === undefined ? {} : { domain: requireDomain(domain, 'domain') }),
    limit,
  })
}
