/**
 * Database: what one failure of the server that keeps the queue would lose, who reads along on the way to it, and what its user may
 * do.
 */
import type { Mailer } from '@postrider/core'
import { type Finding, finding } from './finding.ts'

type QueueServer = NonNullable<Awaited<ReturnType<Mailer['queue']['server']>>>

/** None for a queue in a file. */
export function databaseFindings(server: QueueServer | undefined): readonly Finding[] {
  return server === undefined ? [] : [durability(server), transport(server), role(server)]
}

function durability(server: QueueServer): Finding {
  const { version, survivesPowerLoss, waitsForStandby, standbys, synchronousStandbys } = server
  const said = (level: Finding['level'], found: string, fix?: string): Finding =>
    finding('database.durability', {
      level,
      found: `PostgreSQL ${version}: ${found}`,
      wanted: 'what is accepted is on the disk of the server and of a standby',
      ...(fix === undefined ? {} : { fix }),
    })
  if (!survivesPowerLoss)
    return said(
      'fail',
      'a power cut loses accepted mail',
      'set fsync = on and full_page_writes = on in postgresql.conf',
    )
  if (!waitsForStandby) {
    const late = standbys === 0 ? 'there is no standby' : 'no commit waits for its standby, which may be behind'
    return said(
      'warn',
      `${late}: when the server is lost, so is the mail that it alone has`,
      `ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'\n(with a standby that follows; see docs/postgres.md)`,
    )
  }
  if (standbys === 0 || synchronousStandbys === 0)
    return said(
      'fail',
      'commits wait for a standby, and none follows: nothing is accepted',
      'start the standby, or set synchronous_standby_names to an empty text until it is there',
    )
  return said('ok', `each commit waits for a standby, of ${standbys} that follow`)
}

function transport({ transport: how }: QueueServer): Finding {
  const found = { local: 'the server is on this machine', tls: 'by TLS', plain: 'in plain text' }
  return finding('database.transport', {
    level: how === 'plain' ? 'warn' : 'ok',
    found: found[how],
    wanted: 'TLS, or a server on this machine',
    fix: 'add sslmode=verify-full to queue.url, and sslrootcert=FILE for an authority of your own',
  })
}

function role({ role: name, rights }: QueueServer): Finding {
  return finding('database.role', {
    level: rights.length === 0 ? 'ok' : 'warn',
    found: rights.length === 0 ? `${name} has no right beyond its tables` : `${name} has ${rights.join(', ')}`,
    wanted: 'a role that owns its schemas and nothing else',
    fix: `ALTER ROLE ${JSON.stringify(name)} ${rights.map(right => `NO${right}`).join(' ')}`,
  })
}
