/**
 * Arguments: what the public functions of a mailer may be given.
 *
 * Policy. TypeScript is not asked. What is unknown or of another kind is refused with its place, before anything is done: an option
 * that is misspelt, or that another library has, would else be a message that goes out now, or a whole queue taken back.
 *
 * Not here: what the values mean (read-send-options.ts, read-envelope.ts), drafts (compose/check-draft.ts).
 */

import { Buffer } from 'node:buffer'
import type { MailerSeams } from '../assembly/mailer-parts.ts'
import type { LoadedConfig } from '../config/index.ts'
import type { DkimKeyStageFact, WebhookDroppedFact } from '../model/fact.ts'
import { nearest } from '../model/nearest.ts'
import { isQueueId } from '../model/queue-id.ts'
import { type Kind, type Kinds, requireKeys, requireKind, shown, wrongValue } from '../model/wrong-value.ts'
import { FACT_LEVELS } from '../observe/log-line.ts'
import type { QueueFilter } from '../queue/index.ts'
import type { AcceptOptions, Replacement, SendOptions } from './receipt.ts'
import type {
  AuthenticateRequest,
  BatchMessage,
  BatchOptions,
  DmarcRequest,
  EraseOptions,
  ForwardRequest,
  PreflightRequest,
  ReportRequest,
  SenderAddresses,
  TakeFeedbackOptions,
  TlsResultsRequest,
} from './requests.ts'

const CODE = 'invalid-option'

/** A kind for each key of T: does not compile when one is missing. */
type KindsOf<T> = Readonly<Record<keyof T, Kind>>

const SEND: KindsOf<SendOptions> = {
  idempotencyKey: 'string',
  notBefore: 'any',
  expiresAt: 'any',
  priority: 'string',
  pool: 'string',
  keepContent: 'boolean',
  unsubscribe: 'string',
  feedbackId: 'string',
  signal: 'signal',
}
const { idempotencyKey: _, ...SEND_MANY } = SEND
const REPLACEMENT: KindsOf<Replacement> = { raw: 'any', from: 'string' }
const SELECTION = { domain: 'string', from: 'string', state: 'string', account: 'string' } as const
const FILTER: KindsOf<QueueFilter> = {
  ...SELECTION,
  limit: 'count',
  after: 'string',
}
const TEXTS = ['domain', 'from', 'account'] as const
const STATES: readonly unknown[] = ['waiting', 'running', 'deferred', 'held']

/** By the function that takes them. */
interface FunctionKinds {
  readonly signal: Kinds
  readonly send: KindsOf<SendOptions>
  readonly sendMany: Kinds
  readonly accept: KindsOf<AcceptOptions>
  readonly batch: KindsOf<BatchOptions>
  readonly batchMessage: KindsOf<BatchMessage>
  readonly erase: KindsOf<EraseOptions>
  readonly feedback: KindsOf<TakeFeedbackOptions>
  readonly takeReport: KindsOf<ReportRequest>
  readonly dmarc: KindsOf<DmarcRequest>
  readonly forward: KindsOf<ForwardRequest>
  readonly authenticate: KindsOf<AuthenticateRequest>
  readonly tlsResults: KindsOf<TlsResultsRequest>
  readonly preflight: KindsOf<PreflightRequest>
  readonly sender: KindsOf<SenderAddresses>
  readonly facts: Kinds
  readonly webhookDropped: KindsOf<WebhookDroppedFact>
  readonly dkimKeyStage: KindsOf<DkimKeyStageFact>
  readonly readFacts: Kinds
  readonly close: Kinds
  readonly createMailer: KindsOf<MailerSeams>
}

export const KINDS: FunctionKinds = {
  signal: { signal: 'signal' },
  send: SEND,
  /** A key stands for one message. */
  sendMany: SEND_MANY,
  accept: {
    ...SEND,
    tags: 'object',
    fingerprint: 'string',
    account: 'string',
    via: 'string',
    hold: 'string',
    returnPath: 'string',
    passOn: 'string',
    startWithinMs: 'any',
    prepend: 'any',
    check: 'function',
  },
  batch: { idempotencyKey: 'string', fingerprint: 'string', signal: 'signal', startWithinMs: 'any' },
  batchMessage: { raw: 'any', envelope: 'object', options: 'object', place: 'count' },
  erase: { by: 'string', suppressions: 'boolean' },
  feedback: { suppress: 'boolean' },
  takeReport: { to: 'string', kinds: 'array' },
  dmarc: { days: 'count', domain: 'string' },
  forward: { to: 'string', recipients: 'array', operator: 'string', from: 'any', client: 'object', seal: 'string' },
  authenticate: { from: 'any', client: 'object' },
  tlsResults: { days: 'count', domain: 'string', limit: 'count' },
  preflight: { signal: 'signal', probeHost: 'string', onChecks: 'function' },
  sender: { envelopeFrom: 'any', from: 'array' },
  readFacts: { after: 'count', limit: 'count' },
  facts: { after: 'count', signal: 'signal' },
  webhookDropped: {
    kind: 'string',
    at: 'count',
    endpoint: 'string',
    endpointId: 'string',
    after: 'string',
    through: 'string',
    count: 'count',
    because: 'string',
  },
  dkimKeyStage: {
    kind: 'string',
    at: 'count',
    domain: 'string',
    stage: 'string',
    selectors: 'array',
    former: 'array',
  },
  close: { withinMs: 'count' },
  createMailer: {
    deliver: 'boolean',
    logger: 'object',
    metrics: 'object',
    store: 'object',
    resolver: 'object',
    clock: 'object',
    random: 'any',
    cwd: 'string',
    interfaces: 'function',
    lookout: 'object',
    policyPort: 'count',
    specialRanges: 'any',
    capture: 'object',
    barred: 'function',
  },
}

/** What Nodemailer, Resend and others call it. */
const ALIASES = {
  scheduledat: 'notBefore',
  scheduleat: 'notBefore',
  scheduledfor: 'notBefore',
  sendat: 'notBefore',
  sendafter: 'notBefore',
  deliverat: 'notBefore',
  deliverytime: 'notBefore',
  delay: 'notBefore',
  expires: 'expiresAt',
  expiry: 'expiresAt',
  ttl: 'expiresAt',
  importance: 'priority',
  abortsignal: 'signal',
}

/** @throws MailerError `invalid-option` for what is no object, an unknown key, and a value of another kind */
export function checkKeys(given: unknown, kinds: Kinds, where = 'options'): void {
  requireKeys(given, { code: CODE, where, kinds, aliases: ALIASES })
}

/** @throws MailerError `invalid-option` */
export function check(given: unknown, kind: Kind, where: string): void {
  requireKind(given, kind, { code: CODE, where })
}

/** What `check` gave. */
export function readReplacement(given: ReturnType<NonNullable<AcceptOptions['check']>>): Replacement {
  if (given === undefined) return {}
  checkKeys(given, REPLACEMENT, 'check()')
  return given
}

/** What is selected is changed, and a selection without keys is everything: an unknown one must not be overlooked. */
export function checkSelection(which: Omit<QueueFilter, 'limit' | 'after'>): void {
  checkKeys(which, SELECTION, 'which')
  checkFilter(which, 'which')
}

export function checkFilter(filter: QueueFilter, where: string): void {
  checkKeys(filter, FILTER, where)
  // Every sender contains it: a variable that is not set would be the whole queue.
  for (const name of TEXTS) if (filter[name] === '') throw emptyText(`${where}.${name}`)
  if (filter.state !== undefined && !STATES.includes(filter.state))
    throw wrongValue(CODE, {
      where: `${where}.state`,
      found: shown(filter.state),
      wanted: `one of ${STATES.join(', ')}`,
    })
  if (filter.limit === 0) throw wrongValue(CODE, { where: `${where}.limit`, found: '0', wanted: '1 or more' })
  if (filter.after !== undefined && !isQueueId(filter.after))
    throw wrongValue(CODE, { where: `${where}.after`, found: shown(filter.after), wanted: 'a queue id' })
}

function emptyText(where: string): Error {
  return wrongValue(CODE, {
    where,
    found: 'an empty text',
    wanted: 'some text',
    fix: `leave ${where} out, or fill it in`,
  })
}

export function checkListener(kind: unknown, listener: unknown): void {
  check(kind, 'string', 'kind')
  const name = kind as string
  const known = ['*', ...Object.keys(FACT_LEVELS)]
  if (!known.includes(name)) {
    const meant = nearest(name, known)
    throw wrongValue(CODE, {
      where: 'kind',
      found: shown(name),
      wanted: meant === undefined ? `one of ${known.join(', ')}` : `${meant} (did you mean that?)`,
    })
  }
  check(listener, 'function', 'listener')
}

/** @throws MailerError `invalid-message` */
export function bytesOf(raw: unknown, where: string): Buffer {
  if (Buffer.isBuffer(raw)) return raw
  if (raw instanceof Uint8Array) return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  throw wrongValue('invalid-message', {
    where,
    found: shown(raw),
    wanted: 'a Buffer or Uint8Array',
    fix: typeof raw === 'string' ? 'give Buffer.from(text)' : 'give the octets of a whole message',
  })
}

/** What `loadConfig` or `resolveOptions` gave, as far as one can see. */
export function isLoaded(given: unknown): given is LoadedConfig {
  const options = (given as Partial<LoadedConfig> | null)?.options as Partial<LoadedConfig['options']> | undefined
  return (
    typeof options?.hostname === 'string' &&
    Array.isArray(options.dkim) &&
    [options.queue, options.delivery, options.limits].every(section => typeof section === 'object' && section !== null)
  )
}

export function requireLoaded(given: unknown): void {
  if (isLoaded(given)) return
  throw wrongValue(CODE, {
    where: 'config',
    found: shown(given),
    wanted: 'what loadConfig() or resolveOptions() gave',
    fix: 'await loadConfig() or resolveOptions() first',
  })
}
