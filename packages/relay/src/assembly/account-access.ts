/**
 * AccountAccess: what goes with an account: its keys, and the endpoints that it made. Whoever gets its name later gets nothing of them.
 */
import { systemClock } from '@postrider/core'
import type { RelayConfig } from '../config/options.ts'
import { StoredKeys } from '../key/index.ts'
import { DeliveryLog, Records, removeEndpointsOf, StoredEndpoints } from '../webhook/index.ts'
import { openStore } from './open-accounts.ts'

/** Beside a relay that may be running. @throws MailerError `queue-unavailable`, `queue-newer` */
export async function endAccess(config: RelayConfig, name: string): Promise<void> {
  const store = await openStore(config)
  try {
    await new StoredKeys(store, systemClock).removeOf(name)
    await removeEndpointsOf(name, {
      stored: new StoredEndpoints(store, systemClock),
      records: new Records(store),
      log: new DeliveryLog(store, systemClock),
    })
  } finally {
    await store.close()
  }
}
