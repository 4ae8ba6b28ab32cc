/**
 * Table: all routes of our own family, in one table: what is asked, and which scope it needs.
 */

import { ACCOUNT_CHANGE_ROUTES } from './account-changes.ts'
import { ACCOUNTABILITY_ROUTES } from './accountability.ts'
import { ACCOUNT_ROUTES } from './accounts.ts'
import { ADVICE_ROUTES } from './advice.ts'
import { DOMAIN_ROUTES } from './domains.ts'
import { ERASE_ROUTES } from './erase.ts'
import { EVENT_ROUTES } from './events.ts'
import { INBOX_ROUTES } from './inbox.ts'
import { INBOX_CONTROL_ROUTES } from './inbox-control.ts'
import { INBOX_RELEASE_ROUTES } from './inbox-release.ts'
import { MESSAGE_CONTENT_ROUTES } from './message-content.ts'
import { MESSAGE_ROUTES } from './messages.ts'
import { PROVIDER_LOGIN_ROUTES } from './provider-login.ts'
import { QUEUE_ROUTES } from './queue.ts'
import { documentRoute, RELAY_STATE_ROUTES } from './relay-state.ts'
import { REPLY_ROUTES } from './replies.ts'
import { SESSION_ROUTES } from './sessions.ts'
import { STATS_ROUTES } from './stats.ts'
import { SUPPRESSION_ROUTES } from './suppressions.ts'
import { USER_ROUTES } from './users.ts'
import type { V1Route } from './v1-route.ts'
import { WEBHOOK_ROUTES } from './webhooks.ts'

export const V1_ROUTES: readonly V1Route[] = [
  ...MESSAGE_ROUTES,
  ...MESSAGE_CONTENT_ROUTES,
  ...QUEUE_ROUTES,
  ...EVENT_ROUTES,
  ...ADVICE_ROUTES,
  ...DOMAIN_ROUTES,
  ...STATS_ROUTES,
  ...REPLY_ROUTES,
  ...SUPPRESSION_ROUTES,
  ...ERASE_ROUTES,
  ...ACCOUNT_ROUTES,
  ...ACCOUNT_CHANGE_ROUTES,
  ...SESSION_ROUTES,
  ...PROVIDER_LOGIN_ROUTES,
  ...USER_ROUTES,
  ...ACCOUNTABILITY_ROUTES,
  ...INBOX_CONTROL_ROUTES,
  ...INBOX_ROUTES,
  ...INBOX_RELEASE_ROUTES,
  ...WEBHOOK_ROUTES,
  ...RELAY_STATE_ROUTES,
  documentRoute(() => V1_ROUTES),
]
