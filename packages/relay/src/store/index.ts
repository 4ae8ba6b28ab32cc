export { openPostgresStore } from './postgres.ts'
export { openSqliteStore } from './sqlite.ts'
export type { Ask, RelayStore, Row } from './store.ts'
