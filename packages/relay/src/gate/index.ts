export type { Caller, GatePorts, Refusal } from './gate.ts'
export { Gate } from './gate.ts'
