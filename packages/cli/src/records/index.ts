/** Door of records/: what to publish in DNS, and in which form. */
export { deletionsFor, FORMATS, type Format, printPlan } from './formats.ts'
export type { AnnouncedPolicy } from './mta-sts.ts'
export { placePlan } from './place.ts'
export { type Advise, type PlanRequest, planRecords } from './plan.ts'
export type { AskPublished } from './published.ts'
export type { Plan, PublishRecord, Purpose, RecordText, Stage } from './record.ts'
export { recordsIn, zoneLine } from './zone-file.ts'
