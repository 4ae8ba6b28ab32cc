/**
 * CheckDraft: the shape of a draft, before anything is done with it.
 *
 * Policy. TypeScript is not asked: a draft also comes from JSON and from JavaScript. An unknown key is refused, because a
 * misspelt `atachments` would otherwise be a mail without them.
 *
 * Not here: addresses (envelope.ts), header values (headers.ts), content (attachments.ts).
 */
import type { Draft } from '../model/draft.ts'
import { type Kind, type Kinds, requireKeys as requireKeysOf } from '../model/wrong-value.ts'
import { invalidDraft } from './draft-error.ts'

const DRAFT_KEYS = {
  from: 'any',
  to: 'any',
  cc: 'any',
  bcc: 'any',
  replyTo: 'any',
  subject: 'string',
  text: 'string',
  html: 'string',
  alternatives: 'array',
  attachments: 'array',
  calendar: 'object',
  headers: 'object',
  listUnsubscribe: 'object',
  messageId: 'string',
  inReplyTo: 'string',
  references: 'array',
  date: 'date',
  returnPath: 'any',
  tags: 'object',
  requireTls: 'boolean',
} as const satisfies Record<keyof Draft, Kind>

/** What other libraries call it. */
const ALIASES = {
  body: 'text',
  message: 'text',
  content: 'text',
  plain: 'text',
  htmlbody: 'html',
  textbody: 'text',
  recipient: 'to',
  recipients: 'to',
  sender: 'from',
  title: 'subject',
  envelopefrom: 'returnPath',
  ical: 'calendar',
  icalevent: 'calendar',
  unsubscribe: 'listUnsubscribe',
  list: 'listUnsubscribe',
  scheduledat: 'notBefore of the options, the second argument',
  sendat: 'notBefore of the options, the second argument',
  notbefore: 'notBefore of the options, the second argument',
  expiresat: 'expiresAt of the options, the second argument',
  priority: 'priority of the options, the second argument',
  idempotencykey: 'idempotencyKey of the options, the second argument',
}

/** @throws {MailerError} `invalid-draft`, naming the key; also for a draft that says nothing */
export function checkDraft(draft: Draft): void {
  requireKeys(draft, DRAFT_KEYS, '')
  const { text, html, alternatives = [], attachments = [], calendar } = draft
  if (
    text === undefined &&
    html === undefined &&
    calendar === undefined &&
    alternatives.length + attachments.length === 0
  )
    throw invalidDraft('text', 'nothing', 'text or html', "give text or html; text: '' is a message without words")
}

/** @throws {MailerError} `invalid-draft` for an unknown key, or a value of another kind; undefined counts as absent */
export function requireKeys(value: object, kinds: Kinds, where: string): void {
  requireKeysOf(value, { code: 'invalid-draft', where, kinds, aliases: where === '' ? ALIASES : {} })
}
