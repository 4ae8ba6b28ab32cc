/**
 * Peer: a mail relay that can be started for a benchmark, ours or another.
 */
import type { Place } from '../../interop/lab/places.ts'

/** How both sides of the relay are to be. */
export interface Setting {
  /** Where everything is delivered to. */
  readonly sink: Place
  /** STARTTLS offered to the source and used towards the sink. */
  readonly tls: boolean
  /** DKIM private key (PEM file) of bench.test, selector `bench`; none: it does not sign. */
  readonly dkimKeyFile?: string
  readonly certificate: { readonly key: string; readonly chain: string }
}

export interface RunningPeer {
  readonly place: Place
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
