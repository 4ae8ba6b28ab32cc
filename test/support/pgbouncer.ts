/**
 * PgBouncer: a real pooler for tests, in front of a PostgreSQL server of theirs, that hands out its connections by the transaction.
 *
 * Policy. That of the machine (PATH, or Debian's folder); where none is, tests say so and are skipped. It refuses to run as root,
 * so that root starts it as the user `nobody`.
 */
import { chownSync, existsSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { startProgram } from './child.ts'
import { ask, asServerUser, freePort, NOBODY, type PostgresServer } from './postgres.ts'

export const NO_PGBOUNCER = 'no PgBouncer is installed on this machine (apt-get install pgbouncer)'

export function findPgbouncer(): string | undefined {
  const folders = ['/usr/sbin', ...(process.env.PATH ?? '').split(delimiter)]
  return folders.map(folder => join(folder, 'pgbouncer')).find(existsSync)
}

export interface Pgbouncer {
  /** The same database through the pooler. */
  urlOf(direct: string): string
  remove(): Promise<void>
}

export async function startPgbouncer(program: string, server: PostgresServer): Promise<Pgbouncer> {
  const folder = await mkdtemp(join(tmpdir(), 'postrider-pgbouncer-'))
  const port = await freePort()
  const [users, config] = [join(folder, 'users.txt'), join(folder, 'pgbouncer.ini')]
  writeFileSync(users, '"postrider" ""\n')
  writeFileSync(
    config,
    `[databases]
* = host=127.0.0.1 port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${users}
pool_mode = transaction
default_pool_size = 8
max_client_conn = 500
`,
  )
  if (process.getuid?.() === 0) for (const path of [folder, users, config]) chownSync(path, NOBODY.uid, NOBODY.gid)
  const { command, args } = asServerUser(program, ['-q', config])
  const child = startProgram(command, { args, cwd: folder })
  const urlOf = (direct: string): string => {
    const url = new URL(direct)
    url.port = String(port)
    return url.href
  }
  for (let tried = 0; ; tried++) {
    try {
      await ask(urlOf(`postgres://postrider@127.0.0.1:${server.port}/postgres`), 'SELECT 1')
      break
    } catch (error) {
      if (tried === 400) throw new Error(`the pooler did not start: ${child.stderr()}`, { cause: error })
      await new Promise(resolve => setTimeout(resolve, 25))
    }
  }
  return {
    urlOf,
    remove: async () => {
      child.kill('SIGKILL')
      await child.ended()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
