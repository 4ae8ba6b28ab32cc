/**
 * KeyRotations: the rotations of DKIM keys as an operator sees and begins them, beside a relay that may be running.
 *
 * Policy. A private key is shown to nobody. The relay leads on what is begun here.
 */
import { existsSync } from 'node:fs'
import type { RelayConfig } from '../config/options.ts'
import {
  beginRotation,
  type Missing,
  type Rotation,
  type RotationStage,
  recordsToPublish,
  recordsToRevoke,
  retiresAt,
  StoredRotations,
  type TxtRecord,
} from '../dkim/index.ts'
import type { RelayStore } from '../store/index.ts'
import { openStore, storeFileOf } from './open-accounts.ts'
import { withRotations } from './signing-keys.ts'

/** How far the DKIM keys of a domain are turned. */
export interface KeyRotationState {
  /** d= of the keys. */
  readonly domain: string
  /** What it waits for now. */
  readonly stage: RotationStage
  /** When the new keys were made, in milliseconds since 1970. */
  readonly begunAt: number
  /** When it came to this stage. */
  readonly since: number
  /** When the new keys began to sign. */
  readonly signedAt?: number
  /** Of the new keys. */
  readonly selectors: readonly string[]
  /** Of the keys that they take the place of. */
  readonly former: readonly string[]
  /** What is to be published now, in place of what stands at these names. */
  readonly records: readonly TxtRecord[]
  /** Whether a DNS hook publishes it. */
  readonly byHook: boolean
  /** Of `retire`: the old records have to stand until then, and for as long as older mail is queued. */
  readonly retiresAt?: number
  /** When the relay has looked, in this stage. */
  readonly lookedAt?: number
  /** What it waited for. */
  readonly missing: readonly Missing[]
}

export interface KeyRotations extends AsyncDisposable {
  /** Those of a domain in their order. */
  list(): Promise<readonly KeyRotationState[]>
  /** `open`: one of this domain was open already. `unsigned`: nothing signs for it. */
  begin(
    domain: string,
    at: number,
  ): Promise<{ readonly kind: 'begun' | 'open'; readonly state: KeyRotationState } | { readonly kind: 'unsigned' }>
  /** Ends one whose keys do not sign yet. Undefined: there is none. */
  cancel(domain: string, at: number): Promise<KeyRotationState | undefined>
}

/**
 * @param config with the keys that sign, as `prepareSigningKeys` gives it
 * @throws MailerError `queue-unavailable`, `queue-newer`
 */
export async function openKeyRotations(config: RelayConfig): Promise<KeyRotations> {
  const file = storeFileOf(config)
  let opened: RelayStore | undefined
  /** Undefined, and nothing is made, where there is no store and nothing to be kept. */
  const stored = async (isKept: boolean): Promise<StoredRotations | undefined> => {
    if (opened === undefined && !isKept && file !== undefined && !existsSync(file)) return undefined
    opened ??= await openStore(config)
    return new StoredRotations(opened)
  }
  const shown = (rotation: Rotation): KeyRotationState => stateOf(rotation, config)
  await stored(false)
  return {
    list: async () => ((await (await stored(false))?.list()) ?? []).map(shown),
    begin: async (domain, at) => {
      const rotations = (await stored(true)) as StoredRotations
      const keys = withRotations(config, await rotations.list()).options.dkim
      const begun = await beginRotation(rotations, { domain, keys, at })
      return begun.kind === 'unsigned' ? begun : { kind: begun.kind, state: shown(begun.rotation) }
    },
    cancel: async (domain, at) => {
      const ended = await (await stored(false))?.cancel(domain, at)
      return ended && shown(ended)
    },
    [Symbol.asyncDispose]: async () => opened?.close(),
  }
}

function stateOf(rotation: Rotation, { relay, options }: RelayConfig): KeyRotationState {
  const { keys, former, number: _number, ...rest } = rotation
  const records = {
    publish: recordsToPublish,
    retire: noRecords,
    revoke: recordsToRevoke,
    done: noRecords,
    cancelled: noRecords,
  }
  return {
    ...rest,
    selectors: keys.map(({ selector }) => selector),
    former: former.map(({ selector }) => selector),
    records: records[rotation.stage](rotation),
    byHook: relay.dkimRotation.dnsHook !== '',
    ...(rotation.stage === 'retire' && { retiresAt: retiresAt(rotation, options.delivery.retry.expireAfterMs) }),
  }
}

function noRecords(): readonly TxtRecord[] {
  return []
}
