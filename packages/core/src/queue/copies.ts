/** Copies: a copy of a queue, and a queue that takes the place of one that is lost, in a file or in a database. */
export { holdDatabase } from './postgres/open.ts'
export { copyDatabase, holdCopy } from './sqlite/main/copy.ts'
