export { decodeWords } from './encoded-word.ts'
export { decoded, leavesOf, type Part, readFields } from './parts.ts'
export { type ReadMessage, type ReadPart, readHeaders, readMessage } from './read-message.ts'
export { isGzip, isZip, unpack } from './unpack.ts'
