/**
 * Bounce corpora: replies that others have labelled, against our judge. POSTRIDER_SUITES names the folder that holds
 * `bounce/sisimai` and `bounce/kumomta`.
 *
 * What has no SMTP code was never a reply (DNS and local delivery of other mailers) and is left out.
 *
 * Every reply is judged as if it came to RCPT. How many are right is measured in verdicts.test.ts, half by half. Texts are
 * shown of the half that may be read only (corpus.ts).
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Failure, FailureCode } from '../../packages/core/src/model/failure.ts'
import type { Reply } from '../../packages/core/src/model/reply.ts'
import { classify } from '../../packages/core/src/outcome/index.ts'
import { evidenceOf, RECIPIENT } from '../support/replies.ts'
import { halfOf } from './corpus.ts'

interface Labelled {
  readonly mail: string
  readonly diagnostic: string
  readonly remote_mta: string
  readonly expect: { readonly reason: string; readonly hard: boolean }
}

interface KumoRule {
  readonly class: string
  readonly regex: string
}

interface Judged extends Labelled {
  /** With the code in front, as KumoMTA's patterns want it. */
  readonly line: string
  readonly failure: Failure
}

const suites = process.env.POSTRIDER_SUITES
const folder = suites === undefined ? undefined : join(suites, 'bounce')
const skip =
  folder === undefined
    ? 'POSTRIDER_SUITES is not set: it names the folder of the published suites'
    : existsSync(folder)
      ? false
      : `${folder} does not exist`

test('no reply of the corpus that is not hard is forgotten for good because of one word', { skip }, () => {
  const judged = replies()
  const soft = judged.filter(one => !one.expect.hard && /^4/.test(one.line))
  assert.ok(soft.length > 5)
  for (const { failure, line } of soft) assert.equal(failure.permanence, 'transient', shownLine(line))
})

/** Which of our codes say the same as a class of KumoMTA's. */
const SAME: Readonly<Record<string, readonly FailureCode[]>> = {
  InvalidRecipient: ['user-unknown', 'user-moved'],
  BadDomain: ['null-mx', 'no-such-domain', 'user-moved'],
  InactiveMailbox: ['user-disabled', 'user-moved'],
  InvalidSender: ['policy-refused', 'unauthenticated'],
  QuotaIssues: ['mailbox-full', 'message-too-large', 'remote-trouble'],
  NoAnswerFromHost: ['remote-trouble'],
  BadConnection: ['connection-lost'],
  DNSFailure: ['remote-trouble'],
  RoutingErrors: ['relay-denied', 'no-mail-host', 'bad-destination', 'login-failed'],
  TransientFailure: ['host-busy', 'remote-trouble', 'rate-limited'],
  MessageExpired: ['remote-trouble'],
  ProtocolErrors: ['protocol-trouble', 'message-malformed', 'not-supported', 'content-refused'],
  AuthenticationFailed: ['unauthenticated', 'login-failed', 'policy-refused', 'blocklisted', 'reverse-dns'],
  PolicyRelated: ['policy-refused', 'unauthenticated'],
  SpamBlock: ['blocklisted', 'bad-reputation', 'content-refused'],
  SpamContent: ['content-refused'],
  TooManyRecipients: ['too-many-recipients'],
}

/** Why we differ, by class of theirs and rule of ours. A difference that is not listed fails. */
const REASONS: Readonly<Record<string, string>> = {
  'AuthenticationFailed words.bad-content': 'the text says spam; x.7.0 alone says only "security"',
  'AuthenticationFailed words.relaying': 'the text says relaying; x.7.1 is "delivery not authorized" of any kind',
  'InvalidRecipient kddi.filtered':
    'KDDI says so without the address when a filter refused the sender (Sisimai: filtered)',
  'InvalidRecipient facebook.preferences': 'the recipient’s preferences refused the sender (Sisimai: filtered)',
  'InvalidRecipient secureserver.rate':
    'the text says that we sent too much this hour; 5.1.1 is wrong (Sisimai: speeding)',
  'SpamBlock words.dmarc': 'the text names DMARC; theirs takes every 5.7.1 for spam',
  'ProtocolErrors words.malformed': 'the text says that the headers are too large; x.6.0 says nothing',
  'ProtocolErrors words.no-such-user': 'the text says that the recipient is invalid; x.5.0 says nothing',
  'ProtocolErrors orange.account-blocked': 'the text says that the account is blocked; x.5.0 says nothing',
  'ProtocolErrors orange.blocked': 'the code in the text says that our address is blocked; x.5.0 says nothing',
}

test('where KumoMTA’s rules judge the corpus otherwise, we can say why', { skip }, t => {
  const rules = (read('kumomta/rules.json') as readonly KumoRule[]).map(rule => ({
    class: rule.class,
    regex: new RegExp(rule.regex),
  }))
  assert.equal(rules.length, 135)
  const judged = replies()
  const unexplained: string[] = []
  let same = 0
  let unknown = 0
  let unread = 0
  for (const { line, failure } of judged) {
    const theirs = rules.find(rule => rule.regex.test(line))
    if (theirs === undefined) unknown++
    else if (SAME[theirs.class]?.includes(failure.code)) same++
    else {
      // Of the half that is never read, only the number of differences is told.
      if (halfOf(line) === 'unread') {
        unread++
        continue
      }
      const reason = REASONS[`${theirs.class} ${failure.rule}`]
      const text = `${theirs.class}, with us ${failure.code} by ${failure.rule}: ${line.slice(0, 140)}`
      if (reason === undefined) unexplained.push(text)
      else t.diagnostic(`${text} | ${reason}`)
    }
  }
  t.diagnostic(`${same} judged the same, ${unknown} unknown to KumoMTA's rules, ${unread} otherwise in the unread half`)
  assert.deepEqual(unexplained, [])
})

function shownLine(line: string): string {
  return halfOf(line) === 'read' ? line : 'a reply of the unread half'
}

function replies(): readonly Judged[] {
  const labelled = read('sisimai/diagnostics.json') as readonly Labelled[]
  const judged = labelled.flatMap(one => {
    // `smtp; 550-5.1.1 text 550 5.1.1 more text`: the lines of a reply were folded into one.
    const text = one.diagnostic.replace(/^\s*[\w-]+\s*;\s*/, '').trim()
    const reply = parse(text)
    if (reply === undefined) return []
    const host = /;\s*([^\s()]+)/.exec(one.remote_mta)?.[1]?.replace(/\.$/, '') ?? 'mx.example.net'
    const [verdict] = classify(evidenceOf(/^[\w.-]+[a-z]$/i.test(host) ? host : 'mx.example.net', 'rcpt', reply), [
      RECIPIENT,
    ])
    assert.equal(verdict?.kind, 'failed')
    return verdict?.kind === 'failed'
      ? [{ ...one, line: text.replace(/^(\d{3})-/, '$1 '), failure: verdict.failure }]
      : []
  })
  return judged
}

function parse(text: string): Reply | undefined {
  const match = /^([245]\d\d)(?:[- ]|$)(?:([245])\.(\d{1,3})\.(\d{1,3})\s)?(.*)$/.exec(text)
  if (!match) return undefined
  const enhanced = match[2] && {
    class: Number(match[2]) as 2 | 4 | 5,
    subject: Number(match[3]),
    detail: Number(match[4]),
  }
  return { code: Number(match[1]), ...(enhanced && { enhanced }), lines: [match[5] ?? ''] }
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(join(folder ?? '', path), 'utf8'))
}
