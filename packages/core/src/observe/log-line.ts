/**
 * Log line: one structured line for each fact, with the words that people know from a maillog: to, relay, delay, dsn,
 * status.
 *
 * Policy. What will reach people if nobody acts is a warning; what stops the whole mailer is an error. A transcript or a
 * clearance is not logged: they are in the fact.
 */
import type { Clearance } from '../model/clearance.ts'
import type { Fact, FactKind, LateFact, QueuedFact } from '../model/fact.ts'
import type { LogFields, LogLevel } from './logger.ts'

export const FACT_LEVELS: Readonly<Record<FactKind, LogLevel>> = {
  queued: 'info',
  delivered: 'info',
  deferred: 'info',
  delayed: 'warn',
  bounced: 'warn',
  expired: 'warn',
  cancelled: 'info',
  uncertain: 'warn',
  complained: 'warn',
  returned: 'warn',
  'auto-replied': 'info',
  unsubscribed: 'info',
  suppressed: 'info',
  held: 'info',
  released: 'info',
  rescheduled: 'info',
  'notice-queued': 'info',
  routed: 'debug',
  'session-opened': 'debug',
  'session-failed': 'info',
  'site-narrowed': 'info',
  'site-paused': 'warn',
  'site-widened': 'debug',
  'pace-held': 'warn',
  waiting: 'info',
  'warm-up': 'info',
  'source-lost': 'error',
  'source-found': 'info',
  'sts-policy-changed': 'info',
  'preflight-warned': 'warn',
  'preflight-refused': 'warn',
  'lease-lost': 'warn',
  'queue-error': 'error',
  'queue-takeover': 'info',
  erased: 'info',
  'internal-error': 'error',
  'webhook-dropped': 'warn',
  'dkim-key-stage': 'info',
}

export interface LogLine {
  readonly level: LogLevel
  readonly fields: LogFields
  readonly message: string
}

export function logLine(fact: Fact): LogLine {
  return { level: FACT_LEVELS[fact.kind], fields: { fact: fact.kind, ...fieldsOf(fact) }, message: fact.kind }
}

function fieldsOf(fact: Fact): LogFields {
  switch (fact.kind) {
    case 'queued':
      return fieldsOfQueued(fact)
    case 'delivered':
      return { ...ofAttempt(fact, 'sent'), delay: fact.tookMs / 1000, tls: fact.tls?.protocol }
    case 'deferred':
      return { ...ofAttempt(fact, 'deferred'), ...ofFailure(fact), next: new Date(fact.nextAttemptAt).toISOString() }
    case 'bounced':
    case 'expired':
      return { ...ofAttempt(fact, fact.kind), ...ofFailure(fact) }
    case 'delayed':
      return { ...ofAttempt(fact, 'deferred'), delay: fact.sinceMs / 1000 }
    case 'cancelled':
      return { ...ofMessage(fact), to: fact.recipient, status: 'cancelled' }
    case 'uncertain':
      return { ...ofMessage(fact), to: fact.recipients, because: fact.because }
    case 'complained':
    case 'returned':
    case 'auto-replied':
    case 'unsubscribed':
    case 'suppressed':
      return fieldsOfLate(fact)
    case 'held':
      return { ...ofMessage(fact), because: fact.because }
    case 'released':
      return ofMessage(fact)
    case 'rescheduled':
      return { ...ofMessage(fact), dueAt: new Date(fact.dueAt).toISOString() }
    case 'notice-queued':
      return { ...ofMessage(fact), notice: fact.notice, noticeId: fact.noticeId, to: fact.to }
    case 'routed':
      return { ...ofMessage(fact), domain: fact.domain, site: fact.site, hosts: fact.hosts }
    case 'preflight-warned':
    case 'preflight-refused':
      return { from: fact.from, checks: idsOfBad(fact.clearance) }
    case 'lease-lost':
      return { id: fact.messageId }
    case 'waiting':
      return { ...ofMessage(fact), domain: fact.domain, site: fact.site, ...ofPause(fact) }
    case 'pace-held':
    case 'site-narrowed':
    case 'site-paused':
    case 'site-widened':
      return { ...fact, ...ofPause(fact), kind: undefined, at: undefined }
    case 'source-lost':
    case 'source-found':
    case 'warm-up':
    case 'session-opened':
    case 'session-failed':
    case 'sts-policy-changed':
    case 'queue-error':
    case 'erased':
    case 'queue-takeover':
    case 'internal-error':
    case 'webhook-dropped':
    case 'dkim-key-stage':
      return { ...fact, kind: undefined, at: undefined }
  }
  return fact satisfies never
}

function fieldsOfQueued(fact: QueuedFact): LogFields {
  return {
    ...ofMessage(fact),
    from: fact.from,
    to: fact.recipients,
    'message-id': fact.header,
    size: fact.sizeBytes,
    clearance: fact.clearance.result,
  }
}

/** What came true beside any attempt. */
function fieldsOfLate(fact: LateFact): LogFields {
  switch (fact.kind) {
    case 'complained':
      return { ...ofMessage(fact), to: fact.recipient, feedback: fact.feedback, reporter: fact.reporter }
    case 'returned':
      return {
        ...ofMessage(fact),
        to: fact.recipient,
        code: fact.code,
        rule: fact.rule,
        host: fact.host,
        reply: fact.reply,
        passedOn: fact.passedOn,
      }
    case 'auto-replied':
      return { ...ofMessage(fact), to: fact.recipient, what: fact.what, passedOn: fact.passedOn }
    case 'unsubscribed':
      return { ...ofMessage(fact), to: fact.recipient }
    case 'suppressed':
      return { ...ofMessage(fact), to: fact.recipient, until: new Date(fact.until).toISOString(), rule: fact.rule }
  }
  return fact satisfies never
}

type OfMessage = Exclude<Extract<Fact, { messageId: unknown }>, { kind: 'lease-lost' }>
type OfAttempt = Extract<Fact, { attempt: unknown }>
type OfFailure = Extract<Fact, { rule: unknown; detail: unknown }>

function idsOfBad({ checks }: Clearance): readonly string[] {
  return checks.filter(({ level }) => level !== 'ok').map(({ id }) => id)
}

function ofPause({ until, because }: { readonly until?: number; readonly because?: string }): LogFields {
  return {
    ...(until !== undefined && { until: new Date(until).toISOString() }),
    ...(because !== undefined && { because }),
  }
}

function ofMessage({ messageId, tags, account }: OfMessage): LogFields {
  return { id: messageId, ...(tags && { tags }), ...(account !== undefined && { account }) }
}

function ofAttempt(fact: OfAttempt, status: string): LogFields {
  return {
    ...ofMessage(fact),
    to: fact.recipient,
    relay: fact.host === undefined ? 'none' : `${fact.host}[${fact.address ?? ''}]`,
    attempt: fact.attempt,
    dsn: statusOf(fact.reply, status),
    status,
    ...(fact.reply !== undefined && { reply: fact.reply }),
    ...(fact.fellBackToPlain !== undefined && { plain: fact.fellBackToPlain }),
  }
}

function ofFailure({ code, rule, scope, stage, detail, remedy }: OfFailure): LogFields {
  return { code, rule, scope, stage, detail, ...(remedy !== undefined && { remedy }) }
}

const CLASS: Readonly<Record<string, string>> = { sent: '2.0.0', deferred: '4.0.0' }

/** The enhanced status of the reply, or the class alone, as Postfix logs it. RFC 3463 §2 */
function statusOf(reply: string | undefined, status: string): string {
  return /^\d{3} ([245]\.\d{1,3}\.\d{1,3})\b/.exec(reply ?? '')?.[1] ?? CLASS[status] ?? '5.0.0'
}
