export type { ApiKey, Scope } from './api-key.ts'
export { mayDo, SCOPES } from './api-key.ts'
export { StoredKeys } from './stored-keys.ts'
