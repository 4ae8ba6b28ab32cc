/**
 * Step: one look at a rotation that is open, and what follows from it.
 *
 * Policy. All that is done may be done again: after a crash, and by another relay at the same time. A new key signs when all name servers
 * show its record and nothing else, and the resolver of this host too. An old record is taken away when nothing is queued any more
 * that was accepted before that, and as much time has passed as mail may wait, with two days for hosts that keep it further and for
 * checks that come late. It is gone when every name server shows it empty, or nothing.
 *
 * Not here: the times at which it is looked (upkeep/key-rotation.ts). RFC 6376 §3.6.1, §3.6.2.2.
 */
import type { Resolver } from '@postrider/core'
import { askNameServers, askResolver, type NameServerPorts, type ServerAnswer } from './name-servers.ts'
import {
  type Missing,
  type Rotation,
  type RotationStage,
  recordsToPublish,
  recordsToRevoke,
  type TxtRecord,
} from './rotation.ts'

/** For hosts that hold mail back before they check it, and clocks that differ. */
const RETIRE_MARGIN_MS = 2 * 86_400_000

/** By then every relay on the queue signs with the new key. */
const TAKEN_WITHIN_MS = 600_000

export interface StepPorts extends NameServerPorts {
  readonly resolver: Resolver
  /** Sets and clears TXT records; undefined: somebody does it by hand. */
  readonly hook: ((action: 'set' | 'clear', record: TxtRecord) => Promise<void>) | undefined
  /** Of what is queued. */
  readonly oldestAcceptedAt: () => Promise<number | undefined>
  /** How long mail may wait. */
  readonly lifetimeMs: number
}

export interface Step {
  /** Undefined: it stays in this stage. */
  readonly next?: RotationStage
  readonly missing: readonly Missing[]
}

/** Before, the old record has to stand. */
export function retiresAt({ since }: Rotation, lifetimeMs: number): number {
  return since + lifetimeMs + RETIRE_MARGIN_MS
}

export async function stepOf(rotation: Rotation, ports: StepPorts, now: number, signal: AbortSignal): Promise<Step> {
  switch (rotation.stage) {
    case 'publish':
      return stepTo('retire', await publish(rotation, ports, signal))
    case 'retire':
      return stepTo('revoke', await retire(rotation, ports, now))
    case 'revoke':
      return stepTo('done', await revoke(rotation, ports, signal))
    case 'done':
      return { missing: [] }
    case 'cancelled':
      return { missing: await cancelled(rotation, ports) }
  }
  return rotation.stage satisfies never
}

function stepTo(next: RotationStage, missing: readonly Missing[]): Step {
  return missing.length === 0 ? { next, missing } : { missing }
}

async function publish(rotation: Rotation, ports: StepPorts, signal: AbortSignal): Promise<readonly Missing[]> {
  const records = recordsToPublish(rotation)
  const failed = await tell(
    ports,
    records.map(record => ['set', record] as const),
  )
  if (failed.length > 0) return failed
  const missing = await Promise.all(records.map(record => notShown(record, ports, signal)))
  return missing.flat()
}

/** What a hook set for it would stand there for ever. */
function cancelled(rotation: Rotation, ports: StepPorts): Promise<readonly Missing[]> {
  return tell(
    ports,
    recordsToPublish(rotation).map(record => ['clear', record] as const),
  )
}

async function revoke(rotation: Rotation, ports: StepPorts, signal: AbortSignal): Promise<readonly Missing[]> {
  const records = recordsToRevoke(rotation)
  const values = new Map(
    rotation.former.map(({ selector, value }) => [`${selector}._domainkey.${rotation.domain}`, value]),
  )
  // What a hook sets may stand beside what is there.
  const failed = await tell(
    ports,
    records.flatMap(record => [
      ['clear', { name: record.name, value: values.get(record.name) ?? '' }] as const,
      ['set', record] as const,
    ]),
  )
  if (failed.length > 0) return failed
  const missing = await Promise.all(
    records.map(async ({ name }) => unlike(await askNameServers(name, ports, signal), texts => texts.every(isRevoked))),
  )
  return missing.flat()
}

async function retire(
  rotation: Rotation,
  { lifetimeMs, oldestAcceptedAt }: StepPorts,
  now: number,
): Promise<readonly Missing[]> {
  const at = retiresAt(rotation, lifetimeMs)
  if (now < at) return [{ where: 'time', found: new Date(at).toISOString() }]
  const oldest = await oldestAcceptedAt()
  if (oldest === undefined || oldest > rotation.since + TAKEN_WITHIN_MS) return []
  return [{ where: 'queue', found: new Date(oldest).toISOString() }]
}

async function tell(
  { hook }: StepPorts,
  changes: readonly (readonly ['set' | 'clear', TxtRecord])[],
): Promise<readonly Missing[]> {
  if (hook === undefined) return []
  try {
    for (const [action, record] of changes) await hook(action, record)
    return []
  } catch (error) {
    // Whatever is wrong with it, it is asked again.
    return [{ where: 'hook', found: (error as Error).message }]
  }
}

async function notShown(record: TxtRecord, ports: StepPorts, signal: AbortSignal): Promise<readonly Missing[]> {
  // Several records at one name are undefined.
  const isShown = (texts: readonly string[]): boolean => texts.length === 1 && isSame(texts[0] ?? '', record.value)
  const missing = unlike(await askNameServers(record.name, ports, signal), isShown)
  if (missing.length > 0) return missing
  return unlike([await askResolver(record.name, ports.resolver, signal)], isShown)
}

function unlike(answers: readonly ServerAnswer[], isRight: (texts: readonly string[]) => boolean): readonly Missing[] {
  if (answers.length === 0) return [{ where: 'resolver', found: 'NS' }]
  return answers
    .filter(({ texts, problem }) => problem !== undefined || !isRight(texts))
    .map(({ server, texts, problem }) => ({ where: server, found: problem ?? texts.join(' / ') }))
}

/** As we printed it: anything else may mean another kind of key, or none, to a verifier. Notes and flags may stand beside it. */
function isSame(text: string, value: string): boolean {
  const [found, wanted] = [text, value].map(tagsOf)
  if (found?.[0]?.[0] !== 'v' || wanted === undefined) return false
  const relevant = found.filter(([name]) => name !== 'n' && name !== 't')
  const values = new Map(relevant)
  return relevant.length === wanted.length && wanted.every(([name, each]) => each !== '' && values.get(name) === each)
}

function isRevoked(text: string): boolean {
  return new Map(tagsOf(text)).get('p') === ''
}

type Tag = readonly [name: string, value: string]

/** A tag list without the white space that may stand in it (RFC 6376 §3.2); names are taken as they are written, as verifiers do. */
function tagsOf(text: string): readonly Tag[] {
  return text.split(';').flatMap((tag): readonly Tag[] => {
    const [, name, value] = /^\s*(\w+)\s*=([\s\S]*)$/.exec(tag) ?? []
    if (name === undefined || value === undefined) return []
    return [[name, name === 'p' ? value.replaceAll(/\s+/g, '').replace(/=+$/, '') : value.trim()]]
  })
}
