export { Prometheus } from './prometheus.ts'
export type { AdminRooms, Readiness } from './routes.ts'
export type { HttpServer } from './server.ts'
export { startAdmin, startChallengeServer } from './server.ts'
