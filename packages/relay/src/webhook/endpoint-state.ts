/**
 * EndpointState: one webhook endpoint as people see it: what it is told of, how far it has been told, and what waits or was dropped.
 */
import type { Format } from './formats.ts'
import type { Dropped, Stopped } from './records.ts'

/** One webhook endpoint, and how far it has been told. */
export interface EndpointState {
  /** As `postrider webhooks list` shows it. Of an endpoint of the configuration it is made from its URL. */
  readonly id: string
  /** Scheme, host and port: the path is often a secret. */
  readonly endpoint: string
  /** The configuration; or it was made over HTTP or with `postrider webhooks add`, and can be changed so. */
  readonly from: 'configuration' | 'store'
  /** The form of what is posted: our own, or that of another service. */
  readonly format: Format
  /** The kinds of facts it is told of, such as `delivered`: docs/facts.md. */
  readonly events: readonly string[]
  /** Events of its form, when not all that these become. */
  readonly types?: readonly string[]
  /** Whose mail it is told of; absent is everybody's. */
  readonly account?: string
  /** Up to where it has been told; undefined when no relay has begun to. */
  readonly place?: string
  /** It is told nothing until it is started. */
  readonly stopped?: Stopped
  /** Events that it did not take and that are tried again. */
  readonly parked: number
  /** Since when the one that waits longest is tried. */
  readonly failingSince?: number
  /** What it will not be told, unless it is replayed. */
  readonly dropped: readonly Dropped[]
}
