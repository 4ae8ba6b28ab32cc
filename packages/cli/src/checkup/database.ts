/**
 * Database: what one failure of the server that keeps the queue would lose, whether its clock is that of others, who reads along on
 * the way to it, and what its user may do.
 */

import type { Mailer } from '@postrider/core'
import { say } from '../language/checkup.ts'
import { type Finding, finding } from './finding.ts'

type QueueServer = NonNullable<Awaited<ReturnType<Mailer['queue']['server']>>>

/** None for a queue in a file. */
export function databaseFindings(server: QueueServer | undefined): readonly Finding[] {
  return server === undefined ? [] : [durability(server), clock(server), transport(server), role(server)]
}

function durability(server: QueueServer): Finding {
  const { version, survivesPowerLoss, waitsForStandby, standbys, synchronousStandbys } = server
  const said = (level: Finding['level'], found: string, fix?: string): Finding =>
    finding('database.durability', {
      level,
      found: `PostgreSQL ${version}: ${found}`,
      wanted: say('database.durability.wanted'),
      ...(fix === undefined ? {} : { fix }),
    })
  if (!survivesPowerLoss)
    return said('fail', say('database.durability.found.power-cut'), say('database.durability.fix.power-cut'))
  if (!waitsForStandby) {
    const late =
      standbys === 0 ? say('database.durability.found.no-standby') : say('database.durability.found.late-standby')
    return said('warn', say('database.durability.found.late', { late }), say('database.durability.fix.late'))
  }
  if (standbys === 0 || synchronousStandbys === 0)
    return said('fail', say('database.durability.found.nobody-follows'), say('database.durability.fix.nobody-follows'))
  return said('ok', say('database.durability.found', { standbys }))
}

/** As the doctor has it of the clock of a machine (host.clock). */
const MOST_SKEW_MS = 60_000

function clock({ aheadMs }: QueueServer): Finding {
  const seconds = Math.round(Math.abs(aheadMs) / 1000)
  return finding('database.clock', {
    level: Math.abs(aheadMs) <= MOST_SKEW_MS ? 'ok' : 'warn',
    found:
      seconds === 0
        ? say('database.clock.found.same')
        : say(`database.clock.found.${aheadMs > 0 ? 'ahead' : 'behind'}`, { seconds }),
    wanted: say('database.clock.wanted'),
    fix: say('database.clock.fix'),
  })
}

function transport({ transport: how }: QueueServer): Finding {
  const found = {
    local: say('database.transport.found.local'),
    tls: say('database.transport.found.tls'),
    plain: say('database.transport.found.plain'),
  }
  return finding('database.transport', {
    level: how === 'plain' ? 'warn' : 'ok',
    found: found[how],
    wanted: say('database.transport.wanted'),
    fix: say('database.transport.fix'),
  })
}

function role({ role: name, rights }: QueueServer): Finding {
  return finding('database.role', {
    level: rights.length === 0 ? 'ok' : 'warn',
    found: rights.length === 0 ? say('database.rights.found', { name }) : `${name} has ${rights.join(', ')}`,
    wanted: say('database.rights.wanted'),
    fix: `ALTER ROLE ${JSON.stringify(name)} ${rights.map(right => `NO${right}`).join(' ')}`,
  })
}
