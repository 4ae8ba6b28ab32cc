/** 简体中文: every catalogue by its subject. */
import type { Translation } from '../english.ts'
import { checks } from './checks.ts'
import { demands } from './demands.ts'
import { errorsHttp } from './errors-http.ts'
import { errorsMail } from './errors-mail.ts'
import { errorsOptions } from './errors-options.ts'
import { errorsQueue } from './errors-queue.ts'
import { errorsRelay } from './errors-relay.ts'
import { failures } from './failures.ts'
import { findingsDomain } from './findings-domain.ts'
import { findingsHost } from './findings-host.ts'
import { kept } from './kept.ts'
import { notice } from './notice.ts'
import { remedies } from './remedies.ts'
import { replyHints } from './reply-hints.ts'
import { seen } from './seen.ts'
import { story } from './story.ts'

export const ZH_CN: Translation = {
  checks,
  'errors-http': errorsHttp,
  'errors-mail': errorsMail,
  'errors-options': errorsOptions,
  'errors-queue': errorsQueue,
  'errors-relay': errorsRelay,
  failures,
  demands,
  'findings-domain': findingsDomain,
  'findings-host': findingsHost,
  kept,
  notice,
  remedies,
  'reply-hints': replyHints,
  seen,
  story,
}
