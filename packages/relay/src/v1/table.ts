/**
 * Table: all routes of our own family, in one table: what is asked, and which scope it needs.
 */
import { ACCOUNT_ROUTES } from './accounts.ts'
import { ADVICE_ROUTES } from './advice.ts'
import { EVENT_ROUTES } from './events.ts'
import { MESSAGE_ROUTES } from './messages.ts'
import { QUEUE_ROUTES } from './queue.ts'
import { documentRoute, RELAY_STATE_ROUTES } from './relay-state.ts'
import { SUPPRESSION_ROUTES } from './suppressions.ts'
import type { V1Route } from './v1-route.ts'

export const V1_ROUTES: readonly V1Route[] = [
  ...MESSAGE_ROUTES,
  ...QUEUE_ROUTES,
  ...EVENT_ROUTES,
  ...ADVICE_ROUTES,
  ...SUPPRESSION_ROUTES,
  ...ACCOUNT_ROUTES,
  ...RELAY_STATE_ROUTES,
  documentRoute(() => V1_ROUTES),
]
