/**
 * SigningKeys: the DKIM keys in force: those of the configuration, those of a first start, and those that the relay turned.
 *
 * Policy. Every way to the keys goes through here, so that the relay, the doctor and `postrider dns` speak of the same ones. What is in
 * the store is looked for only where a store is.
 *
 * Not here: which keys a rotation leaves in force (dkim/rotation.ts), when it goes on (upkeep/key-rotation.ts).
 */
import { existsSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { createResolver, type MailerSeams, type OpenResolver } from '@postrider/core'
import type { RelayConfig } from '../config/options.ts'
import { keysInForce, type Rotation, type StepPorts, StoredRotations, type TxtRecord } from '../dkim/index.ts'
import type { RelayStore } from '../store/index.ts'
import type { FirstStartSeams } from '../upkeep/first-records.ts'
import { type FirstStart, prepareFirstStart } from '../upkeep/first-start.ts'
import { KeyRotation } from '../upkeep/key-rotation.ts'
import { openPoster } from '../webhook/index.ts'
import { keyedBy, type RelayContext } from './context.ts'
import { openStore, storeFileOf } from './open-accounts.ts'

export interface KeyRotationSeams extends Pick<MailerSeams, 'resolver'> {
  /** Asks the name server at an address, and remembers nothing. @default over the network */
  readonly nameServer?: (address: string) => OpenResolver
}

/**
 * Makes what a first start needs, and takes the keys that the relay has turned.
 * @throws {MailerError} as prepareFirstStart; `queue-unavailable`, `queue-newer`
 */
export async function prepareSigningKeys(config: RelayConfig, seams: FirstStartSeams = {}): Promise<FirstStart> {
  const { config: prepared, told } = await prepareFirstStart(config, undefined, seams)
  return { config: withRotations(prepared, await storedRotations(config)), told }
}

/** None where there is no store; it is not made. @throws {MailerError} `queue-unavailable`, `queue-newer` */
async function storedRotations(config: RelayConfig): Promise<readonly Rotation[]> {
  const file = storeFileOf(config)
  if (file !== undefined && !existsSync(file)) return []
  await using store = await openStore(config)
  return await new StoredRotations(store).list()
}

export function withRotations(config: RelayConfig, rotations: readonly Rotation[]): RelayConfig {
  const dkim = keysInForce(config.options.dkim, rotations)
  return { ...config, options: { ...config.options, dkim } }
}

export function startKeyRotation(
  context: RelayContext,
  store: RelayStore,
  seams: KeyRotationSeams,
): { readonly rotations: StoredRotations; readonly turning: KeyRotation } {
  const { clock, logger, metrics, mailer } = context
  const rotations = new StoredRotations(store)
  const turning = new KeyRotation({
    rotations,
    take: list => takeKeys(context, list),
    open: () => openStep(context, seams),
    told: ({ domain, stage, keys, former }) =>
      mailer.record({
        kind: 'dkim-key-stage',
        at: clock.now(),
        domain,
        stage,
        selectors: keys.map(({ selector }) => selector),
        former: former.map(({ selector }) => selector),
      }),
    clock,
    logger,
    metrics,
  })
  turning.start()
  return { rotations, turning }
}

/** Between the look and what follows nothing waits: another reload cannot come in between. */
async function takeKeys({ current, mailer, capture }: RelayContext, rotations: readonly Rotation[]): Promise<void> {
  const config = withRotations(current.config, rotations)
  if (isDeepStrictEqual(config.options.dkim, current.config.options.dkim)) return
  const { options } = config
  mailer.reload({ options })
  Object.assign(current, keyedBy(config))
  await capture?.releases.reload({ options })
}

async function openStep(
  { current, clock, mailer }: RelayContext,
  { resolver: given, nameServer }: KeyRotationSeams,
): Promise<StepPorts & AsyncDisposable> {
  const { dns, delivery } = current.config.options
  const { dnsHook } = current.config.relay.dkimRotation
  await using opened = new AsyncDisposableStack()
  const own = given === undefined ? createResolver({ ...dns, cacheEntries: 0, clock }) : undefined
  opened.defer(async () => own?.close())
  const poster = dnsHook === '' ? undefined : await openPoster(clock, dnsHook)
  opened.defer(async () => poster?.close())
  const tell = async (action: 'set' | 'clear', { name, value }: TxtRecord): Promise<void> => {
    const answer = await poster?.post(JSON.stringify({ action, name, value }))
    if (answer !== undefined && (answer.status < 200 || answer.status >= 300)) throw new Error(`HTTP ${answer.status}`)
  }
  const ending = opened.move()
  return {
    resolver: given ?? (own as OpenResolver),
    open: nameServer ?? (address => createResolver({ ...dns, servers: [address], cacheEntries: 0, clock })),
    hook: poster === undefined ? undefined : tell,
    oldestAcceptedAt: async () => (await mailer.queue.counts()).oldestAcceptedAt,
    lifetimeMs: delivery.retry.expireAfterMs,
    [Symbol.asyncDispose]: () => ending.disposeAsync(),
  }
}
