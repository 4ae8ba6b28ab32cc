export { decodeWords } from './encoded-word.ts'
export { decoded, leavesOf, type Part, readFields } from './parts.ts'
