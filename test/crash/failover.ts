/**
 * Failover: two processes accept and deliver on one queue, and what became of the mail when its primary dies under load, one of them
 * with it, and its standby is promoted, at once or later; or when one of them alone cannot reach the server any more.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openPostgresQueue } from '../../packages/core/src/postgres.ts'
import { type Child, startNode } from '../support/child.ts'
import { type PostgresServer, startPostgres, startStandby } from '../support/postgres.ts'
import { startPostgresProxy } from '../support/postgres-proxy.ts'
import type { Orders } from './failover-child.ts'

export interface Failover {
  readonly accepted: number
  /** By their code, how often. */
  readonly refused: Readonly<Record<string, number>>
  /** Accepted, and not delivered. */
  readonly lost: readonly string[]
  /** Final dots of one job beyond the first. */
  readonly doubles: number
  /** Messages with such, and no fact that tells it. */
  readonly untold: readonly string[]
  /** Of what is lost or untold, all that is known: its facts, and the lines of both processes. */
  readonly evidence: readonly string[]
  /** From the death of the primary to the first acceptance after it. */
  readonly awayMs: number
  /** From the death of the relay until another had taken over all that it had. */
  readonly takeoverMs: number
}

const CHILD = join(import.meta.dirname, 'failover-child.ts')
const SOURCES = 10
/** On a machine that has other work. */
const STOP_MS = 240_000

export interface FailoverHow {
  readonly loadMs: number
  /** Until the standby is promoted. @default 0 */
  readonly downMs?: number
}

export async function failOver(bin: string, { loadMs, downMs = 0 }: FailoverHow): Promise<Failover> {
  const primary = await startPostgres(bin)
  let standby: PostgresServer | undefined
  const children: Child[] = []
  try {
    const first = await primary.database()
    standby = await startStandby(bin, primary)
    await waitForStandby(primary)
    const url = new URL(first)
    const connectionString = `postgres://postrider@127.0.0.1:${primary.port},127.0.0.1:${standby.port}${url.pathname}`
    await (await openPostgresQueue({ connectionString })).close()
    const args = [JSON.stringify({ connectionString, sources: SOURCES } satisfies Orders)]
    children.push(startNode(CHILD, { args }), startNode(CHILD, { args }))
    const [dying, living] = children as [Child, Child]
    await Promise.all(children.map(child => child.says(/^dot /m)))
    await sleep(loadMs)
    await primary.kill()
    dying.kill('SIGKILL')
    const died = performance.now()
    await sleep(downMs)
    const before = living.stdout().length
    await standby.promote()
    while (!/^accepted /m.test(living.stdout().slice(before))) await sleep(5)
    const awayMs = Math.round(performance.now() - died)
    // Until then nobody knows what the dead one had accepted after it last said so.
    const alone = first.replace(`:${primary.port}/`, `:${standby.port}/`)
    while ((await standby.query('SELECT FROM postrider.owner', alone)).length > 1) await sleep(100)
    const takeoverMs = Math.round(performance.now() - died)
    await sleep(loadMs)
    const ends = await Promise.all([dying.ended(), living.stop(STOP_MS)])
    if (ends[1].code !== 0) throw new Error(`the survivor ended so: ${ends[1].stderr}`)
    return {
      ...(await judge(
        connectionString,
        ends.map(({ stdout }) => stdout),
      )),
      awayMs,
      takeoverMs,
    }
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await standby?.remove()
    await primary.remove()
  }
}

/** One of two cannot reach the server from now on, until the other has taken over what it had, and comes back. */
export async function cutOff(bin: string, { loadMs }: Pick<FailoverHow, 'loadMs'>): Promise<Failover> {
  const primary = await startPostgres(bin)
  const connectionString = await primary.database()
  const proxy = await startPostgresProxy(connectionString)
  const children: Child[] = []
  try {
    await (await openPostgresQueue({ connectionString })).close()
    const argsOf = (url: string): string[] => [
      JSON.stringify({ connectionString: url, sources: SOURCES } satisfies Orders),
    ]
    children.push(startNode(CHILD, { args: argsOf(proxy.url) }), startNode(CHILD, { args: argsOf(connectionString) }))
    const [cut, other] = children as [Child, Child]
    await Promise.all(children.map(child => child.says(/^dot /m)))
    await sleep(loadMs)
    proxy.sever()
    const cutAt = performance.now()
    const before = other.stdout().length
    while (!/^accepted /m.test(other.stdout().slice(before))) await sleep(5)
    const awayMs = Math.round(performance.now() - cutAt)
    while ((await primary.query('SELECT FROM postrider.owner', connectionString)).length > 1) await sleep(100)
    const takeoverMs = Math.round(performance.now() - cutAt)
    const back = cut.stdout().length
    proxy.away = false
    while (!/^dot /m.test(cut.stdout().slice(back))) await sleep(20)
    await sleep(loadMs)
    const ends = await Promise.all([cut.stop(STOP_MS), other.stop(STOP_MS)])
    for (const { code, stderr } of ends) if (code !== 0) throw new Error(`one ended so: ${stderr}`)
    const told = ends.map(({ stdout }) => stdout)
    return { ...(await judge(connectionString, told)), awayMs, takeoverMs }
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await proxy.close()
    await primary.remove()
  }
}

/** From now on nothing is committed that the standby does not have. */
async function waitForStandby(primary: PostgresServer): Promise<void> {
  await primary.query(`ALTER SYSTEM SET synchronous_standby_names = '*'`)
  await primary.query('SELECT pg_reload_conf()')
  while ((await primary.query(`SELECT FROM pg_stat_replication WHERE sync_state = 'sync'`)).length === 0)
    await sleep(20)
}

async function judge(
  connectionString: string,
  told: readonly string[],
): Promise<Omit<Failover, 'awayMs' | 'takeoverMs'>> {
  // The last line of one that was killed may be half of one.
  const lines = told.flatMap(text => text.split('\n').slice(0, -1))
  const said = (what: string): string[] =>
    lines.filter(line => line.startsWith(`${what} `)).map(line => line.slice(what.length + 1))
  const store = await openPostgresQueue({ connectionString })
  try {
    const facts = (await store.facts(0, 1_000_000)).map(({ fact }) => fact)
    const of = (kind: string): Set<string> =>
      new Set(facts.filter(fact => fact.kind === kind).map(({ messageId }) => messageId))
    const [delivered, uncertain] = [of('delivered'), of('uncertain')]
    const dots = said('dot')
    const again = dots.filter((job, at) => dots.indexOf(job) !== at)
    const refused: Record<string, number> = {}
    for (const code of said('refused')) refused[code] = (refused[code] ?? 0) + 1
    const lost = said('accepted').filter(id => !delivered.has(id))
    const untold = again.map(job => job.split('/')[0] as string).filter(id => !uncertain.has(id))
    const wrong = new Set([...lost, ...untold])
    return {
      accepted: said('accepted').length,
      refused,
      lost,
      doubles: again.length,
      untold,
      evidence: [
        ...facts.filter(({ messageId }) => wrong.has(messageId)).map(fact => JSON.stringify(fact)),
        ...told.flatMap((text, process) =>
          text
            .split('\n')
            .map((line, at) => `process ${process}, line ${at}: ${line}`)
            .filter(line => [...wrong].some(id => line.includes(id))),
        ),
      ],
    }
  } finally {
    await store.close()
  }
}
