/** schedule/: when. */
export type { LaneEntry } from './lanes.ts'
export type { PaceOptions } from './pace.ts'
export { type Claim, type ScheduleOptions, type SchedulerRooms } from './rooms.ts'
export { Scheduler } from './scheduler.ts'
