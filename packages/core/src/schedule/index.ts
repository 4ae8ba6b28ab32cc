/** schedule/: when. */

export type { LaneNow } from './lane.ts'
export type { ScheduleOptions, SchedulerPorts } from './ports.ts'
export { Scheduler } from './scheduler.ts'
export type { SiteWindowOptions } from './site-window.ts'
export { Standings, type StandingsPorts } from './standings.ts'
