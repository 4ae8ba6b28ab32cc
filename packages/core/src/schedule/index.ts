/** schedule/: when. */

export type { ScheduleOptions, SchedulerPorts } from './ports.ts'
export { Scheduler } from './scheduler.ts'
export type { SiteWindowOptions } from './site-window.ts'
