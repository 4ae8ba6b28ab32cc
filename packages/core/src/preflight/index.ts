/** Door of preflight/: are we fit to send? Its report.ts and advice.ts are doors of their own, because they load nothing else. */
export type { Probe } from './checks/egress.ts'
export type { FetchPolicy } from './checks/mta-sts.ts'
export type { ProviderDemand, Standing } from './checks/providers.ts'
export type { TryTls } from './checks/tlsa.ts'
export type { AskMailboxes, DoctorProbes } from './doctor-probes.ts'
export type { PreflightMode, Sender } from './gate.ts'
export { createPreflight, type Preflight, type PreflightOptions, type ReportOptions } from './preflight.ts'
export type { Report } from './report.ts'
