export type { ResendPorts } from './site.ts'
export { resendSite } from './site.ts'
