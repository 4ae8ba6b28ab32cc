/** ReturnSample: a return address of no message, for who asks whether the receiver of such addresses is there. */
import type { Clock } from '../ambient/clock.ts'
import { type Address, type Domain, requireAddress, requireDomain } from '../model/address.ts'
import { makeQueueId } from '../model/queue-id.ts'
import { printReturnAddress, type ReturnKeys } from '../report/index.ts'

/** What the doctor asks the receiver of these addresses about: one that was made now, of no message. */
export function sampleOf(
  keys: ReturnKeys,
  clock: Pick<Clock, 'now'>,
): { readonly domain: Domain; readonly sample: () => Address } {
  const where = 'returnPath.domain'
  return {
    domain: requireDomain(keys.domain, where),
    sample: () => {
      const id = makeQueueId(clock.now())
      return requireAddress(printReturnAddress({ purpose: 'bounce', id, recipient: 0 }, keys), where)
    },
  }
}
