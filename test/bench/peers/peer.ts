/**
 * Peer: a mail relay that can be started for a benchmark, ours or another.
 */
import type { Place } from '../../interop/lab/places.ts'
import type { World } from '../world.ts'

/** What a relay is started with. */
export interface Setting {
  readonly world: World
  /** STARTTLS offered to the source and used towards the sink. */
  readonly tls: boolean
}

export interface RunningPeer {
  readonly place: Place
  /** Of the one process that it is, where it is one. */
  readonly pid?: number | undefined
  stop(): Promise<void>
}

export interface Peer {
  readonly name: string
  readonly signs: boolean
  /** Program and version, as the program tells. */
  version(): string
  /** Settings that were changed from what the program comes with, for the page. */
  readonly settings: string
  start(folder: string, setting: Setting): Promise<RunningPeer>
}
