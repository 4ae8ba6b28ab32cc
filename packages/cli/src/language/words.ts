/**
 * Words: heads of columns, states, marks and the short pieces that lists are written with.
 *
 * Not here: sentences (commands.ts).
 */
import { type Say, speaker } from '@postrider/core/language'

export const WORDS = {
  'column.account': 'account',
  'column.address': 'address',
  'column.age': 'age',
  'column.attempts': 'attempts',
  'column.bytes': 'bytes',
  'column.came-in': 'came in',
  'column.code': 'code',
  'column.count': 'count',
  'column.demand': 'demand',
  'column.domains': 'domains',
  'column.dropped': 'dropped',
  'column.due': 'due',
  'column.endpoint': 'endpoint',
  'column.expires': 'expires',
  'column.from': 'from',
  'column.host': 'host',
  'column.id': 'id',
  'column.in-interface': 'web interface',
  'column.kept-in': 'kept in',
  'column.last-reply': 'last reply',
  'column.may': 'may',
  'column.may-read': 'may read mail',
  'column.may-send-as': 'may send as',
  'column.message': 'message',
  'column.name': 'name',
  'column.origin': 'origin',
  'column.preference': 'pref',
  'column.provider': 'provider',
  'column.recipient': 'recipient',
  'column.role': 'role',
  'column.selectors': 'selectors',
  'column.in-place-of': 'in place of',
  'column.waits-for': 'waits for',
  'column.since': 'since',
  'column.stage': 'stage',
  'column.standing': 'standing',
  'column.state': 'state',
  'column.status': 'status',
  'column.subject': 'subject',
  'column.tls': 'TLS',
  'column.to': 'to',
  'column.told-up-to': 'told up to',
  'column.when': 'when',
  'column.event': 'event',
  'column.answer': 'answer',
  'column.until': 'until',
  'column.used': 'used',
  'column.waiting': 'waiting',
  'column.why': 'why',
  'column.words': 'words',

  'state.waiting': 'waiting',
  'state.running': 'running',
  'state.deferred': 'deferred',
  'state.delivered': 'delivered',
  'state.bounced': 'bounced',
  'state.expired': 'expired',
  'state.cancelled': 'cancelled',
  'state.held': 'held',
  'state.paused': 'paused',
  'state.told': 'told',
  'state.stopped': 'stopped',
  'state.gone': 'stopped (410)',
  'stage.publish': 'to be published',
  'stage.retire': 'signing',
  'stage.revoke': 'to be revoked',
  'stage.done': 'done',
  'stage.cancelled': 'cancelled',
  'origin.bounce': 'bounce',
  'origin.complaint': 'complaint',
  'origin.unsubscribe': 'unsubscribed',
  'origin.manual': 'manual',

  'level.ok': 'ok',
  'level.note': 'note',
  'level.unknown': 'unknown',
  'level.warn': 'warn',
  'level.fail': 'fail',
  yes: 'yes',
  no: 'no',
  'status.met': 'met',
  'status.not-met': 'NOT MET',
  'status.unknown': 'not known',
  'status.not-checkable': 'not checkable from here',
  'finding.wanted': 'wanted',
  'finding.why': 'why',
  'finding.fix': 'fix',
  'findings.host': 'This host',
  'findings.sent-from': '{of}, sent from {addresses}',
  'findings.total': { one: '{count} check: {levels}', other: '{count} checks: {levels}' },
  'findings.level': '{count} {level}',
  'findings.checking': 'checking {senders}',
  'findings.done': '{count} checks done',
  'findings.done-wrong': '{count} checks done, wrong: {wrong}',

  any: 'any',
  now: 'now',
  in: 'in {time}',
  never: 'never',
  none: 'none',
  lifted: 'lifted',
  'not-known': 'not known',
  'nothing-yet': 'nothing yet',
  'and-more': '{first} and {more} more',
  list: '{items}',
  pair: '{name}: {value}',
  'card.by': 'by',

  'duration.ms': '{time} ms',
  'duration.s': '{time} s',
  'duration.min': '{time} min',
  'duration.h': '{time} h',
  'duration.d': '{time} d',

  'count.added': { one: 'added: {count} address', other: 'added: {count} addresses' },
  'count.removed': { one: 'removed: {count} address', other: 'removed: {count} addresses' },
  'count.flush': { one: 'flush: {count} message', other: 'flush: {count} messages' },
  'count.retry': { one: 'retry: {count} message', other: 'retry: {count} messages' },
  'count.hold': { one: 'hold: {count} message', other: 'hold: {count} messages' },
  'count.release': { one: 'release: {count} message', other: 'release: {count} messages' },
  'count.cancel': { one: 'cancel: {count} message', other: 'cancel: {count} messages' },
  'count.erase': { one: 'erased from {count} message', other: 'erased from {count} messages' },
} as const

export const word: Say<typeof WORDS> = speaker(WORDS)

type After<Prefix extends string> = keyof typeof WORDS extends infer Key
  ? Key extends `${Prefix}.${infer Name}`
    ? Name
    : never
  : never

/** Heads of a table. */
export function columns(...names: readonly After<'column'>[]): readonly string[] {
  return names.map(name => word(`column.${name}`))
}

/** A state by its name in the queue; one that is not known here as it is. */
export function stateWord(state: string): string {
  return `state.${state}` in WORDS ? word(`state.${state as After<'state'>}`) : state
}
