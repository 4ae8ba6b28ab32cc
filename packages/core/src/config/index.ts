/** Door of config/: postrider.yaml and POSTRIDER_* to options. */
export { jsonSchema, type OptionRow, optionRows } from './describe.ts'
export { type LoadedConfig, type LoadRequest, loadConfig } from './load.ts'
export type {
  DkimOptions,
  MailerOptions,
  ResolvedDkim,
  ResolvedOptions,
  ResolvedRoute,
  ResolvedTimeouts,
  RouteOptions,
  TimeoutOptions,
} from './options.ts'
export { type ResolveContext, type Resolved, resolveOptions } from './resolve.ts'
export type { SchemaExtension } from './schema.ts'
export type { Shape } from './shape.ts'
export { isSelector } from './value.ts'
