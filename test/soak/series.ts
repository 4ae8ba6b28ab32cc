/**
 * Series: what was measured in each tenth of a soak, as rows of a table, and how steep memory is.
 */

import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { ServedRelay } from '../support/serve.ts'
import type { Ledger } from './ledger.ts'

export interface Row {
  readonly minute: number
  readonly fault: string
  readonly accepted: number
  readonly refused: number
  readonly arrived: number
  readonly queued: number
  /** Medians over the row, in MiB. */
  readonly residentMiB: number
  /** After a collection, at the end of the row. */
  readonly heapMiB: number
  readonly sockets: number
  /** The longest time in which the relay's event loop did not turn. */
  readonly stallMs: number
  /** …and ours. */
  readonly ownStallMs: number
  readonly medianWaitMs: number
  readonly longestWaitMs: number
}

const MIB = 2 ** 20

const COLUMNS = [
  ['minute', 6],
  ['accepted', 9],
  ['refused', 8],
  ['arrived', 8],
  ['queued', 7],
  ['RSS MiB', 8],
  ['heap MiB', 9],
  ['sockets', 8],
  ['wait ms', 8],
  ['longest', 8],
  ['stall', 7],
  ['ours', 7],
] as const

export const HEADING: string = `${COLUMNS.map(([name, width]) => name.padStart(width)).join('')}  fault`

export function print(row: Row): string {
  const cells = [
    row.minute.toFixed(1),
    row.accepted,
    row.refused,
    row.arrived,
    row.queued,
    row.residentMiB.toFixed(0),
    row.heapMiB.toFixed(1),
    row.sockets,
    row.medianWaitMs.toFixed(0),
    row.longestWaitMs.toFixed(0),
    row.stallMs,
    row.ownStallMs,
  ]
  return `${COLUMNS.map(([, width], at) => String(cells[at]).padStart(width)).join('')}  ${row.fault}`
}

/** Collects what one row needs while it lasts. */
export class RowKeeper {
  /** Ours: a wait that is no longer than this says nothing of the relay. */
  readonly #own = monitorEventLoopDelay({ resolution: 20 })

  readonly #relay: ServedRelay
  readonly #ledger: Ledger
  readonly #resident: number[] = []
  readonly #sockets: number[] = []

  constructor(relay: ServedRelay, ledger: Ledger) {
    this.#relay = relay
    this.#ledger = ledger
    this.#own.enable()
  }

  look(): void {
    if (!this.#relay.running) return
    this.#resident.push(this.#relay.residentBytes() / MIB)
    this.#sockets.push(this.#relay.descriptors().sockets)
  }

  async row(minute: number, fault: string, arrived: number): Promise<Row> {
    this.#own.disable()
    const { heldBytes, stallMs } = await this.#relay.probe()
    const { median: medianWaitMs, longest: longestWaitMs } = this.#ledger.takeWaits()
    return {
      minute,
      fault,
      accepted: this.#ledger.count('accepted'),
      refused: this.#ledger.count('refused'),
      arrived,
      queued: await this.#relay.queued(),
      residentMiB: median(this.#resident),
      heapMiB: heldBytes / MIB,
      stallMs,
      ownStallMs: Math.round(this.#own.max / 1e6),
      sockets: median(this.#sockets),
      medianWaitMs,
      longestWaitMs,
    }
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[middle] ?? 0
  return ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

/** The median of the slopes between all pairs of points (Theil and Sen): one odd point changes nothing. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const slopes = points.flatMap(([x, y], at) => points.slice(at + 1).map(([x2, y2]) => (y2 - y) / (x2 - x)))
  return median(slopes)
}
