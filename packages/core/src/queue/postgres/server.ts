/**
 * Server: what the PostgreSQL server says of itself, and of the connection and role that we have there: what one failure would
 * lose, and what a thief of our password could do.
 */
import type { Clock } from '../../ambient/clock.ts'
import type { QueueServer } from '../store.ts'
import type { Connections } from './connection.ts'
import { SQL } from './sql.ts'

type Row = [
  version: string,
  fsync: boolean,
  fullPages: boolean,
  standbyNames: string,
  standbys: number,
  synchronous: number | null,
  local: boolean,
  encrypted: boolean,
  role: string,
  ...rights: boolean[],
]

const RIGHTS = ['SUPERUSER', 'CREATEDB', 'CREATEROLE', 'REPLICATION', 'BYPASSRLS'] as const

export async function serverState(connections: Connections, machine: Clock): Promise<QueueServer> {
  const [row] = await connections.ask<Row>('passing', SQL.server)
  const [version, fsync, fullPages, standbyNames, standbys, synchronous, local, encrypted, role, ...rights] = row as Row
  const asked = machine.now()
  const [time] = await connections.ask<[number]>('passing', SQL.time)
  return {
    version,
    aheadMs: Math.round((time?.[0] ?? asked) - (asked + machine.now()) / 2),
    survivesPowerLoss: fsync && fullPages,
    waitsForStandby: standbyNames !== '',
    standbys,
    ...(synchronous === null ? {} : { synchronousStandbys: synchronous }),
    transport: local ? 'local' : encrypted ? 'tls' : 'plain',
    role,
    rights: RIGHTS.filter((_, at) => rights[at]),
  }
}
