/** reputation/: what we know of how we stand with others, as values: how it begins, changes and is joined. */
export { type Asking, begun, coldAgain, counted, KNOWN, roomFor, sliceOf, slotFor, sum, turned } from './warm-up.ts'
