/**
 * Removal: an endpoint that was made is taken away, with all that is kept of it.
 */
import type { DeliveryLog } from './delivery-log.ts'
import type { Records } from './records.ts'
import type { StoredEndpoints } from './stored-endpoints.ts'

export interface RemovalParts {
  readonly stored: Pick<StoredEndpoints, 'list' | 'remove'>
  readonly records: Pick<Records, 'remove'>
  readonly log: Pick<DeliveryLog, 'clear'>
  /** A relay that tells it hears of it at once. */
  readonly onChange?: (() => Promise<void>) | undefined
}

/** @returns the id */
export async function removeEndpoint(id: string, { stored, records, log, onChange }: RemovalParts): Promise<string> {
  await stored.remove(id)
  await onChange?.()
  await records.remove(id)
  await log.clear(id)
  return id
}

/** All that an account made. */
export async function removeEndpointsOf(name: string, parts: RemovalParts): Promise<void> {
  for (const { id, account } of await parts.stored.list()) if (account === name) await removeEndpoint(id, parts)
}
