/**
 * SessionSettings: what each of our sessions is set to, and how the server hears of it.
 *
 * Policy. No plan may read a whole table: sequential and bitmap scans are switched off. Nothing waits for ever: statements, locks and
 * open transactions have a limit. A server that we reach ourselves is told as the connection begins. A pooler that hands out its
 * servers by the transaction (PgBouncer) keeps no settings and no prepared statements: there each transaction begins with them, and
 * statements have no name.
 */
export type Way = 'direct' | 'pooled'

export interface SessionSettings {
  readonly schema: string
  readonly answerWithinMs: number
  /** `undefined` leaves it to the server. */
  readonly synchronousCommit: string | undefined
}

const STATEMENT_MS = 50_000
const LOCK_MS = 20_000

function limitsOf({ answerWithinMs }: SessionSettings): Readonly<Record<string, number>> {
  return {
    statement_timeout: Math.min(STATEMENT_MS, answerWithinMs),
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
  }
}

function plansOf({ schema, synchronousCommit }: SessionSettings): Readonly<Record<string, string>> {
  return {
    search_path: `"${schema.replaceAll('"', '""')}"`,
    enable_seqscan: 'off',
    enable_bitmapscan: 'off',
    jit: 'off',
    ...(synchronousCommit !== undefined && { synchronous_commit: synchronousCommit }),
  }
}

/** For the options of a client. */
export function startupOf(settings: SessionSettings, way: Way): Readonly<Record<string, unknown>> {
  if (way === 'pooled') return {}
  const options = Object.entries(plansOf(settings))
    .map(([key, value]) => `-c ${key}=${value.replaceAll(/[\\ ]/g, '\\$&')}`)
    .join(' ')
  return { ...limitsOf(settings), options }
}

/** The statements that a transaction begins with. */
export function beginOf(settings: SessionSettings, way: Way): string {
  if (way === 'direct') return 'BEGIN'
  const all = Object.entries({ ...limitsOf(settings), ...plansOf(settings) })
  return ['BEGIN', ...all.map(([key, value]) => `SET LOCAL ${key} = ${value}`)].join('; ')
}
