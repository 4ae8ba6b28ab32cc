/**
 * CheckDraft: the shape of a draft, before anything is done with it.
 *
 * Policy. TypeScript is not asked: a draft also comes from JSON and from JavaScript. An unknown key is refused, because a
 * misspelt `atachments` would otherwise be a mail without them.
 *
 * Not here: addresses (envelope.ts), header values (headers.ts), content (attachments.ts).
 */
import type { Draft } from '../model/draft.ts'
import { invalidDraft, shown } from './draft-error.ts'

type Kind = 'string' | 'array' | 'object' | 'boolean' | 'date' | 'any'

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

const WANTED: Readonly<Record<Kind, string>> = {
  string: 'a string',
  array: 'an array',
  object: 'an object',
  boolean: 'true or false',
  date: 'a valid Date',
  any: 'a value',
}

/** @throws {MailerError} `invalid-draft`, naming the key */
export function checkDraft(draft: Draft): void {
  requireKeys(draft, DRAFT_KEYS, '')
}

/** @throws {MailerError} `invalid-draft` for an unknown key, or a value of another kind; undefined counts as absent */
export function requireKeys(value: object, keys: Readonly<Record<string, Kind>>, where: string): void {
  if (!isKind(value, 'object')) throw invalidDraft(where || 'draft', shown(value), 'an object')
  for (const [key, found] of Object.entries(value)) {
    const kind = Object.hasOwn(keys, key) ? keys[key] : undefined
    const name = where === '' ? key : `${where}.${key}`
    if (kind === undefined) {
      throw invalidDraft(name, 'an unknown key', `one of ${Object.keys(keys).join(', ')}`, `remove or rename ${name}`)
    }
    if (found !== undefined && !isKind(found, kind)) throw invalidDraft(name, shown(found), WANTED[kind])
  }
}

function isKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case 'string':
    case 'boolean':
      return typeof value === kind
    case 'array':
      return Array.isArray(value)
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'date':
      return value instanceof Date && !Number.isNaN(value.getTime())
    case 'any':
      return true
    default:
      throw new TypeError(kind satisfies never)
  }
}
