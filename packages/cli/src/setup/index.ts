/** Door of setup/: the files that a new host needs. */
export {
  addSettings,
  type ExistingConfig,
  type RouteSettings,
  readExistingConfig,
  type Settings,
} from './config-file.ts'
export { lineDiff } from './diff.ts'
export { type KeyFile, keyFileFor } from './keys.ts'
