/**
 * ClusterWanted: what relays that share a queue in PostgreSQL are to reach, beside what they did.
 *
 * Not here: the measuring (cluster.ts).
 */

export interface ClusterRow {
  readonly queue: 'file' | 'PostgreSQL'
  readonly relays: number
  readonly sessions: number
  readonly messagesPerSecond: number
  /** Microseconds of the server's processes for each message. */
  readonly serverCpu: number
  /** Microseconds of the whole machine for each message, traffic included. */
  readonly machineCpu: number
  readonly transactions: number
  readonly walBytes: number
}

export interface Wish {
  readonly what: string
  readonly wanted: string
  readonly found: number
  readonly met: boolean
}

type Key = 'serverCpu' | 'transactions' | 'walBytes'

/** Of a number of sessions in all: by relays, at most. */
const AT_MOST: readonly (readonly [
  sessions: number,
  key: Key,
  what: string,
  most: Readonly<Record<number, number>>,
])[] = [
  [20, 'serverCpu', 'µs of server CPU a message', { 1: 250, 4: 400, 8: 500 }],
  [100, 'serverCpu', 'µs of server CPU a message', { 1: 150, 4: 200, 8: 275 }],
  [20, 'transactions', 'transactions a message', { 1: 0.25, 4: 0.6 }],
  [20, 'walBytes', 'octets of WAL a message', { 1: 4096, 4: 4096 }],
]
const LEAST_OF_FILE = 0.75
const MOST_OF_MACHINE = 1.25

/** Those whose rows were measured. */
export function wishes(rows: readonly ClusterRow[]): readonly Wish[] {
  const row = (queue: ClusterRow['queue'], relays: number, sessions: number): ClusterRow | undefined =>
    rows.find(each => each.queue === queue && each.relays === relays && each.sessions === sessions)
  const found: Wish[] = []
  const [file, one, four] = [row('file', 1, 20), row('PostgreSQL', 1, 20), row('PostgreSQL', 4, 20)]
  if (file !== undefined && one !== undefined)
    found.push(
      least(
        'messages/s of one relay over those of a file',
        LEAST_OF_FILE,
        one.messagesPerSecond / file.messagesPerSecond,
      ),
    )
  for (const [sessions, key, what, most] of AT_MOST) {
    for (const [relays, limit] of Object.entries(most)) {
      const at = row('PostgreSQL', Number(relays), sessions)
      if (at !== undefined) found.push(atMost(`${what}, ${relays} relays, ${sessions} sessions`, limit, at[key]))
    }
  }
  if (one !== undefined && four !== undefined)
    found.push(
      atMost('CPU of the machine a message, 4 relays over 1', MOST_OF_MACHINE, four.machineCpu / one.machineCpu),
    )
  return found
}

function least(what: string, limit: number, value: number): Wish {
  return { what, wanted: `≥ ${limit}`, found: Number(value.toPrecision(3)), met: value >= limit }
}

function atMost(what: string, limit: number, value: number): Wish {
  return { what, wanted: `≤ ${limit}`, found: Number(value.toPrecision(3)), met: value <= limit }
}
