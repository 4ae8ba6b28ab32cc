export { manual } from './manual.ts'
export { completionScript, SHELLS, type Shell } from './scripts.ts'
export { type Described, placesOf } from './tree.ts'
