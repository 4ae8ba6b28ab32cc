/**
 * Tells an endpoint the events of a log that is there already, from the relay's store, until it is killed or told to end.
 *
 * Arguments: the file or URL of the store, the URL of the endpoint, how many events there are.
 */
import { type DurableFact, type Logger, type NumberedFact, systemClock } from '@postrider/core'
import { Prometheus } from '../../packages/relay/src/admin/index.ts'
import { openPostgresStore, openSqliteStore } from '../../packages/relay/src/store/index.ts'
import { DeliveryLog, Dispatcher, Records } from '../../packages/relay/src/webhook/index.ts'

const [place = '', url = '', count = '0'] = process.argv.slice(2)
const store = await (place.startsWith('postgres:') ? openPostgresStore(place) : openSqliteStore(place))
const numbered = (number: number): NumberedFact => {
  const fact = {
    kind: 'delivered',
    at: Date.now(),
    messageId: String(number).padStart(20, '0'),
    recipient: `r${number}@x`,
  }
  return { number, fact: fact as unknown as DurableFact }
}

async function* facts({ after = 0, signal }: { readonly after?: number; readonly signal?: AbortSignal } = {}) {
  for (let number = after + 1; number <= Number(count) && !signal?.aborted; number++) yield numbered(number)
  if (signal?.aborted) return
  await new Promise<void>(resolve => signal?.addEventListener('abort', () => resolve(), { once: true }))
}

const nothing = (): void => undefined
const logger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => logger }
const dispatcher = new Dispatcher({
  endpoints: [{ url, secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`, events: ['delivered'] }],
  facts,
  readFacts: async ({ after = 0 } = {}) => [numbered(after + 1)],
  newest: async () => Number(count),
  queue: { show: async () => Promise.reject(new Error('no form needs it')) },
  record: nothing,
  records: new Records(store),
  log: new DeliveryLog(store, systemClock),
  mayReach: () => true,
  clock: systemClock,
  logger,
  metrics: new Prometheus(),
  leaseMs: 2000,
})
await dispatcher.start()
process.once('SIGTERM', async () => {
  await dispatcher.close()
  await store.close()
  process.exit(0)
})
process.stdout.write('telling\n')
