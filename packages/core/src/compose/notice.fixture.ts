/**
 * Notices, for tests: settlements that are due, and what each is rendered to.
 */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { join } from 'node:path'
import { FAILURE_CODES } from '../language/failures.ts'
import { type Domain, requireAddress } from '../model/address.ts'
import type { Failure, FailureCode } from '../model/failure.ts'
import type { RawMessage } from '../model/message.ts'
import type { QueueId } from '../model/queue-id.ts'
import type { Reply } from '../model/reply.ts'
import type { NoticeDue, RecipientSettlement } from '../model/settlement.ts'
import { inspect } from './inspect.ts'
import { renderNotice } from './notice.ts'
import type { NoticeContext } from './notice-context.ts'
import { readStructure } from './structure.ts'

export const GOLDEN: string = join(import.meta.dirname, '../../../../test/golden/notices')

export const original: RawMessage = inspect(
  Buffer.from(
    'From: alice@example.com\r\nTo: bob@example.net\r\nSubject: Hello\r\nMessage-ID: <1@example.com>\r\n\r\nbody\r\n',
  ),
)
const { messageId, ...facts } = original
export const context: NoticeContext = {
  job: {
    messageId: '0123456789ABCDEFGHJK' as QueueId,
    acceptedAt: Date.UTC(2026, 10, 21, 10),
    expiresAt: Date.UTC(2026, 10, 26, 10),
    requireTls: false,
    facts: { ...facts, messageId },
  },
  original: original.bytes,
  hostname: 'mail.example.com' as Domain,
  now: Date.UTC(2026, 10, 21, 14, 5),
  noticeMessageId: '<notice@mail.example.com>',
}

export const unknownUser: Reply = {
  code: 550,
  enhanced: { class: 5, subject: 1, detail: 1 },
  lines: ['The email account that you tried to reach does not exist.', 'Please try double-checking the address.'],
}

export function failed(code: FailureCode, more: Partial<Failure> = {}): Failure {
  return {
    code,
    scope: 'recipient',
    permanence: 'permanent',
    stage: 'rcpt',
    rule: 'test',
    detail: FAILURE_CODES[code],
    suppress: false,
    ...more,
  }
}

export function settled(
  address: string,
  state: RecipientSettlement['state'],
  failure: Failure,
  host?: string,
): RecipientSettlement {
  return {
    recipient: { index: 0, address: requireAddress(address, 'test') },
    state,
    verdict: { kind: 'failed', recipient: 0, failure, ...(host === undefined ? {} : { host, address: '192.0.2.1' }) },
    delayDue: state === 'deferred',
  }
}

export const due = (kind: NoticeDue['kind'], ...recipients: readonly RecipientSettlement[]): NoticeDue => ({
  kind,
  to: requireAddress('alice@example.com', 'test'),
  recipients,
})
export const oneFailure: NoticeDue = due(
  'failure',
  settled('bob@example.net', 'bounced', failed('user-unknown', { reply: unknownUser }), 'mx.example.net'),
)

export const accepted: RecipientSettlement = {
  recipient: { index: 0, address: requireAddress('bob@example.net', 'test') },
  state: 'delivered',
  verdict: {
    kind: 'accepted',
    recipient: 0,
    reply: { code: 250, lines: ['OK'] },
    host: 'mx.example.net',
    address: '192.0.2.1',
  },
  delayDue: false,
}

export const greylisted: Reply = {
  code: 451,
  enhanced: { class: 4, subject: 7, detail: 1 },
  lines: ['Greylisted, come back later'],
}
export const cases: Readonly<Record<string, readonly [NoticeDue, Partial<NoticeContext['job']>?]>> = {
  failure: [oneFailure],
  'failure-whole': [oneFailure, { ret: 'full', envid: 'envelope-7' }],
  'failure-two': [
    due(
      'failure',
      settled('bob@example.net', 'bounced', failed('user-unknown', { reply: unknownUser }), 'mx.example.net'),
      settled(
        'carol@example.net',
        'expired',
        failed('host-unreachable', {
          scope: 'host',
          stage: 'connect',
          detail: 'mx.example.net did not answer within 30 s',
        }),
      ),
    ),
  ],
  'no-such-domain': [
    due(
      'failure',
      settled('bob@nowhere.example', 'bounced', failed('no-such-domain', { scope: 'domain', stage: 'route' })),
    ),
  ],
  delay: [
    due(
      'delay',
      settled(
        'bob@example.net',
        'deferred',
        failed('greylisted', { permanence: 'transient', reply: greylisted }),
        'mx.example.net',
      ),
    ),
  ],
  success: [due('success', accepted)],
  'internationalised-recipient': [due('failure', settled('δοκιμή@example.net', 'bounced', failed('not-supported')))],
  'internationalised-sender': [
    {
      ...due('failure', settled('δοκιμή@example.net', 'bounced', failed('not-supported'))),
      to: requireAddress('ärger@example.com', 'test'),
    },
  ],
}

export const render = async (
  notice: NoticeDue,
  job: Partial<NoticeContext['job']> = {},
  more: Partial<NoticeContext> = {},
): ReturnType<typeof renderNotice> => renderNotice(notice, { ...context, job: { ...context.job, ...job }, ...more })

export async function fieldsOf(notice: NoticeDue, job: Partial<NoticeContext['job']> = {}): Promise<string> {
  const { message } = await render(notice, job)
  const part = readStructure(message.bytes, message)?.parts[1]
  assert.ok(part, 'the notice has a second part')
  return message.bytes.toString('utf8', part.bodyStart, part.end).replaceAll('\r\n ', ' ')
}
