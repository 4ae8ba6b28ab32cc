export type { HttpServer } from './http-server.ts'
export { startHttp } from './http-server.ts'
export type { HttpAnswer, HttpRequest, OtherAnswer, Route, Site } from './route.ts'
export { joined } from './route.ts'
