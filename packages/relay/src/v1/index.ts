export { openApi } from './open-api.ts'
export { V1_ROUTES } from './table.ts'
export type { InterfacePorts, ListedAccount, V1Ports } from './v1-route.ts'
export { v1Site } from './v1-site.ts'
