/** Door of config/: postrider.yaml and POSTRIDER_* to options. */
export { jsonSchema, type OptionRow, optionRows, schemaOf } from './describe.ts'
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
export { type Problem, printProblem, problemsOf, type SchemaNode } from './problem.ts'
export { type ResolveContext, resolveOptions } from './resolve.ts'
export type { Resolved } from './resolved.ts'
export type { SchemaExtension } from './schema.ts'
export { type AnyShape, check as checkShape, type Kinds, kinds, type OutputOf, type Shape } from './shape.ts'
export { isSelector } from './vocabulary.ts'
