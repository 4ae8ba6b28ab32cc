/** schedule/: when. */
export type { LaneEntry } from './lanes.ts'
export type { PaceOptions } from './pace.ts'
export type { Claim, ScheduleOptions, SchedulerRooms } from './rooms.ts'
export { Scheduler } from './scheduler.ts'
