/** schedule/: when. */

export type { Claim, ScheduleOptions, SchedulerPorts } from './ports.ts'
export { Scheduler } from './scheduler.ts'
export type { SiteQueueEntry } from './site-queues.ts'
export type { SiteWindowOptions } from './site-window.ts'
