export { Cursors } from './cursor.ts'
export type { Endpoint } from './dispatcher.ts'
export { Dispatcher } from './dispatcher.ts'
