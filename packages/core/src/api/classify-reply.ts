/**
 * ClassifyReply: what the judge would make of a reply that somebody has at hand, and of the same reply again and again.
 *
 * Not here: the judge (outcome/classify.ts).
 */
import { Buffer } from 'node:buffer'
import { remedyText } from '../language/remedies.ts'
import { requireDomain } from '../model/address.ts'
import type { MailerError } from '../model/error.ts'
import { STAGES, type Stage } from '../model/evidence.ts'
import type { Failure } from '../model/failure.ts'
import { printReply, type Reply } from '../model/reply.ts'
import { type Kind, shown, wrongValue } from '../model/wrong-value.ts'
import { BASIC_RULE_IDS, classify, normalise, type Tried } from '../outcome/index.ts'
import { ReplyParser } from '../smtp/index.ts'
import { check, checkKeys } from './arguments.ts'

/** Where a reply was heard. */
export interface ReplyRequest {
  /** The mail host that said it: some say what nobody else does. @default a host of nobody known */
  readonly host?: string
  /** What it answered. @default 'rcpt' */
  readonly stage?: Stage
}

/** What a reply means: whether it is final, whom it is about, and what to do. */
export interface ClassifiedReply
  extends Pick<Failure, 'code' | 'scope' | 'permanence' | 'stage' | 'rule' | 'detail' | 'suppress' | 'retryAfterMs'> {
  /** On one line. */
  readonly reply: string
  /** Without what differs from one such reply to the next; rules see this. */
  readonly words: string
  /** No rule knew it: only its digits decided. */
  readonly unmatched: boolean
  /** When it is final if nothing else is said: at once, after so many milliseconds and some tries, or never. */
  readonly finalAfterMs: number | null
  /** What to do about it: the id of a remedy and its text in English. Absent when nothing helps but to wait. */
  readonly remedy?: { readonly id: string; readonly text: string }
}

const REQUEST = { host: 'string', stage: 'string' } as const satisfies Record<keyof ReplyRequest, Kind>
const HOUR = 3_600_000
/** Looked at: the first try, and then every hour of three days. */
const HOURS = 72
const MANY = 1000

/** @throws MailerError `invalid-address` for a host that is no name, `invalid-option` for what is no refusal */
export function classifyReply(text: string, request: ReplyRequest = {}): ClassifiedReply {
  check(text, 'string', 'reply')
  checkKeys(request, REQUEST, 'request')
  const { host = 'mx.unknown.invalid', stage = 'rcpt' } = request
  if (!STAGES.includes(stage)) throw wrong('stage', stage, `one of ${STAGES.join(', ')}`)
  const reply = parse(text)
  const first = judge(reply, { host, stage })
  const { code, scope, permanence, rule, detail, suppress, retryAfterMs, remedy } = first
  return {
    code,
    scope,
    permanence,
    stage,
    rule,
    detail,
    suppress,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    reply: printReply(reply),
    words: normaliseReply(printReply(reply)),
    unmatched: isUnmatched(rule),
    finalAfterMs: finalAfter(reply, { host, stage }),
    ...(remedy !== undefined && {
      remedy: { id: remedy, text: remedyText(remedy) ?? '' },
    }),
  }
}

/** Whether only the digits of the reply decided. */
export function isUnmatched(rule: string): boolean {
  return BASIC_RULE_IDS.has(rule)
}

/** A reply without code, status, addresses, names and numbers: what can be counted, and shown to others. */
export function normaliseReply(reply: string): string {
  check(reply, 'string', 'reply')
  return normalise(reply.replace(/^\d{3}[ -](?:[245]\.\d{1,3}\.\d{1,3}\b)?/, ''))
}

function finalAfter(reply: Reply, where: Required<ReplyRequest>): number | null {
  for (let hours = 0; hours <= HOURS; hours++) {
    const tried = { attempts: hours === 0 ? 0 : MANY, forMs: hours * HOUR }
    if (judge(reply, where, tried).permanence === 'permanent') return hours * HOUR
  }
  return null
}

function judge(reply: Reply, { host, stage }: Required<ReplyRequest>, tried?: Tried): Failure {
  const name = requireDomain(host, 'host')
  const hop = {
    host: name,
    address: '192.0.2.1',
    family: 4,
    port: 25,
    preference: 0,
    tls: { level: 'opportunistic', sources: ['default'], sni: name },
    implicitTls: false,
    departure: { hostname: name },
    limits: { connections: 1, messagesPerConnection: 1, recipientsPerTransaction: 1 },
  } as const
  const answers = [{ recipient: 0, stage, reply }]
  const address = { local: 'somebody', domain: name }
  const [verdict] = classify(
    { kind: 'evidence', hop, answers, sessionReused: false, tookMs: 0 },
    [{ index: 0, address }],
    tried,
  )
  if (verdict?.kind !== 'failed') throw wrong('reply', printReply(reply), 'a reply that refuses: 4xx or 5xx')
  return verdict.failure
}

/** One reply, in as many lines as it has; a line end may be written as `\n`. */
function parse(text: string): Reply {
  const lines = text.trim().split(/\r?\n|\\n/)
  const last = lines.length - 1
  const whole = lines.map((line, at) =>
    at === last ? line.replace(/^(\d{3})-/, '$1 ') : line.replace(/^(\d{3}) /, '$1-'),
  )
  const [reply] = new ReplyParser().push(Buffer.from(`${whole.join('\r\n')}\r\n`))
  if (reply === undefined || reply.code < 400)
    throw wrong('reply', text, 'a reply that refuses, such as "550 5.1.1 User unknown"')
  return reply
}

function wrong(where: string, found: string, wanted: string): MailerError {
  return wrongValue('invalid-option', { where, found: shown(found), wanted })
}
