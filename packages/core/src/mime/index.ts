export { decoded, leavesOf, type Part, readFields, splitPart } from './parts.ts'
