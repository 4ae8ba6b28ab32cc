/** Door of setup/: the files that a new host needs. */
export { addSettings, readStanding, type Settings, type Standing } from './config-file.ts'
export { lineDiff } from './diff.ts'
export { type KeyFile, keyFileFor } from './keys.ts'
