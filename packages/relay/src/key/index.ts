export type { ApiKey, Scope } from './api-key.ts'
export { mayDo, SCOPES } from './api-key.ts'
export { MOST_KEYS, StoredKeys } from './stored-keys.ts'
