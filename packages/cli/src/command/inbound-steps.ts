/**
 * InboundSteps: the way of one mail to port 25, step by step, for people and for programs.
 *
 * Not here: bringing it (test-inbound.ts).
 */
import type { DurableFact, Fact } from '@postrider/core'
import { say } from '../language/inbound.ts'
import { padTo } from '../language/width.ts'
import { word } from '../language/words.ts'
import { paint, type Terminal } from '../terminal/index.ts'

export interface InboundStep {
  readonly step: 'mx' | 'connection' | 'tls' | 'answer' | 'record'
  readonly level: 'ok' | 'warn' | 'fail'
  readonly found: string
  readonly fix?: string
}

export interface Way {
  readonly steps: readonly InboundStep[]
  /** Somebody said 250. */
  readonly taken: boolean
}

type SessionFact = Extract<Fact, { kind: 'session-opened' | 'session-failed' }>

/** What was seen of one attempt. */
export interface Seen {
  readonly hosts: string[]
  readonly sessions: SessionFact[]
  outcome: DurableFact | undefined
}

export function wayOf({ hosts, sessions, outcome }: Seen): Way {
  const taken = outcome?.kind === 'delivered'
  const told = outcome !== undefined && 'detail' in outcome ? outcome.detail : ''
  if (hosts.length === 0) return { taken, steps: [isRefusedByPolicy(outcome) ? policy(told) : noMx(told)] }
  const isOpen = sessions.some(({ kind }) => kind === 'session-opened')
  return {
    taken,
    steps: [
      { step: 'mx', level: 'ok', found: hosts.join(', ') },
      ...sessions.flatMap(session => stepsOf(session, taken)),
      ...(isOpen
        ? [answer(outcome, told)]
        : sessions.length === 0
          ? [isRefusedByPolicy(outcome) ? policy(told) : connection(told)]
          : []),
    ],
  }
}

/** No host of the MX is left (RFC 8461 §4.1, RFC 7672 §2.2). */
function isRefusedByPolicy(outcome: DurableFact | undefined): boolean {
  return outcome !== undefined && 'code' in outcome && outcome.code === 'tls-required'
}

function policy(found: string): InboundStep {
  return { step: 'tls', level: 'fail', found, fix: say('tls.policy.fix') }
}

function noMx(found: string): InboundStep {
  return { step: 'mx', level: 'fail', found, fix: say('mx.fix') }
}

/** Of a host that was reached, and is not safe enough; undefined: it is not about TLS. */
function tlsFix({ code, stage }: SessionFact): string | undefined {
  switch (code) {
    case 'tls-dane-mismatch':
      return say('tls.dane.fix')
    case 'tls-name-mismatch':
    case 'tls-expired':
    case 'tls-untrusted':
      return say('tls.fix')
    case 'tls-handshake':
    case 'starttls-missing':
    case 'starttls-refused':
      return say('tls.offer.fix')
    default:
      return stage === 'starttls' || stage === 'tls' ? say('tls.offer.fix') : undefined
  }
}

function connection(found: string): InboundStep {
  return { step: 'connection', level: 'fail', found, fix: say('connection.fix') }
}

/** A host that cannot be reached is no harm while another one took it, and still one that bounces try first. */
function stepsOf(session: SessionFact, taken: boolean): readonly InboundStep[] {
  const { kind, host, address, detail = '', tls } = session
  const place = `${host} [${address}]`
  const opened: InboundStep = { step: 'connection', level: 'ok', found: place }
  if (kind === 'session-failed') {
    const fix = tlsFix(session)
    const level = taken ? 'warn' : 'fail'
    const found = `${place}: ${detail}`
    return fix === undefined ? [{ ...connection(found), level }] : [opened, { step: 'tls', level, found, fix }]
  }
  if (tls === undefined) return [opened, { step: 'tls', level: 'warn', found: say('tls.none'), fix: say('tls.fix') }]
  const { protocol, cipher, verified, problem = '' } = tls
  if (verified !== 'none') return [opened, { step: 'tls', level: 'ok', found: `${protocol} ${cipher}, ${verified}` }]
  const found = say('tls.unverified', { protocol, problem })
  return [opened, { step: 'tls', level: 'warn', found, fix: say('tls.fix') }]
}

function answer(outcome: DurableFact | undefined, told: string): InboundStep {
  const reply = outcome !== undefined && 'reply' in outcome ? (outcome.reply ?? told) : told
  if (outcome?.kind === 'delivered') return { step: 'answer', level: 'ok', found: reply }
  return { step: 'answer', level: 'fail', found: reply, fix: say('answer.fix') }
}

const STYLES = { ok: 'green', warn: 'yellow', fail: 'red' } as const

export function printSteps(steps: readonly InboundStep[], to: string, terminal: Terminal): string {
  const lines = steps.flatMap(({ step, level, found, fix }) => [
    `${paint(terminal, STYLES[level], padTo(word(`level.${level}`), 7))} ${say(`step.${step}`)}: ${found}`,
    ...(fix === undefined ? [] : [`        ${word('finding.fix')}: ${fix}`]),
  ])
  return `${[say('to', { to }), ...lines].join('\n')}\n`
}
