/** Door of preflight/: are we fit to send? */
export { CHECKS, type CheckId, type CheckText } from './catalogue.ts'
export type { Probe } from './checks/egress.ts'
export type { ProviderDemand, Standing } from './checks/providers.ts'
export type { FetchPolicy } from './checks/transport.ts'
export type { PreflightMode, Sender } from './gate.ts'
export { createPreflight, type Preflight, type PreflightOptions } from './preflight.ts'
export { isWorse, LEVELS, type Report, type ReportedCheck, worstOf } from './report.ts'
export { mergeSpf } from './spf-record.ts'
