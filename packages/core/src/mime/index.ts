export { decoded, leavesOf, type Part, readFields } from './parts.ts'
