/**
 * WebhookService: what tells endpoints, and what shows and changes them, from one store.
 */
import { join } from 'node:path'
import { type Clock, isPublicAddress, type Mailer, systemClock } from '@postrider/core'
import type { RelayConfig } from '../config/options.ts'
import type { RelayStore } from '../store/index.ts'
import { DeliveryLog, Dispatcher, Records, StoredEndpoints, takeOver, Webhooks } from '../webhook/index.ts'
import type { RelayContext } from './context.ts'
import { openStore } from './open-accounts.ts'

/** What endpoints are told with, in a running relay. */
export interface Telling {
  readonly dispatcher: Dispatcher
  /** Of the endpoints that are configured now, and of those that were made. */
  readonly webhooks: () => Webhooks
}

export interface TellingSeams {
  readonly mayReach?: (address: string) => boolean
}

/** @throws MailerError `invalid-option` when a secret cannot be read */
export async function openTelling(
  { current, clock, logger, metrics, mailer, folder }: RelayContext,
  store: RelayStore,
  { mayReach = isPublicAddress }: TellingSeams,
): Promise<Telling> {
  const [records, stored, log] = [new Records(store), new StoredEndpoints(store, clock), new DeliveryLog(store, clock)]
  const newest = (): Promise<number> => mailer.newestFact()
  await takeOver(join(folder, 'webhooks.json'), records, newest)
  const dispatcher = new Dispatcher({
    endpoints: current.config.relay.webhooks,
    facts: options => mailer.facts(options),
    readFacts: options => mailer.readFacts(options),
    queue: mailer.queue,
    record: fact => mailer.record(fact),
    ...{ newest, records, stored, log, mayReach, clock, logger, metrics },
  })
  const onChange = (): Promise<void> => dispatcher.look()
  return {
    dispatcher,
    webhooks: () =>
      new Webhooks({
        configured: current.config.relay.webhooks,
        stored,
        records,
        log,
        mailer,
        clock,
        mayReach,
        onChange,
      }),
  }
}

/** The endpoints of a relay that may be running, and what closes the store they are in. @throws MailerError `queue-unavailable` */
export async function openWebhooks(
  config: RelayConfig,
  mailer: Pick<Mailer, 'readFacts' | 'newestFact' | 'queue'>,
  clock: Clock = systemClock,
): Promise<{ readonly webhooks: Webhooks; readonly close: () => Promise<void> }> {
  const store = await openStore(config, clock)
  const webhooks = new Webhooks({
    configured: config.relay.webhooks,
    stored: new StoredEndpoints(store, clock),
    records: new Records(store),
    log: new DeliveryLog(store, clock),
    mayReach: isPublicAddress,
    mailer,
    clock,
  })
  return { webhooks, close: () => store.close() }
}
