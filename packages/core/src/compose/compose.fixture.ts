/**
 * Compose, for tests: a draft, what it becomes, and its leaves as any reader would see them.
 */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { type Domain, printAddress } from '../model/address.ts'
import type { Draft } from '../model/draft.ts'
import { MailerError } from '../model/error.ts'
import { type Composed, type ComposeOptions, compose } from './compose.ts'
import { fieldValue } from './inspect.ts'
import { type Entity, readStructure } from './structure.ts'

const NOW: number = Date.UTC(2026, 10, 21, 12, 30, 15)
export const options: ComposeOptions = {
  now: NOW,
  hostname: 'mail.example.com' as Domain,
  limits: { messageBytes: 1_000_000, recipients: 5 },
}
export const base = { from: 'Alice <alice@example.com>', to: 'bob@example.net', subject: 'Hello', text: 'Hi' } as const

export const make = (more: object = {}, withOptions: Partial<ComposeOptions> = {}): Promise<Composed> =>
  compose({ ...base, ...more } as Draft, { ...options, ...withOptions })

export async function header(name: string, more: object = {}): Promise<string | undefined> {
  const { message } = await make(more)
  const field = message.fields.find(field => field.name === name)
  return field && fieldValue(message.bytes, field)
}

export const recipients = ({ envelope }: Composed): string[] =>
  envelope.recipients.map(({ address }) => printAddress(address))

export interface Leaf {
  readonly type: string | undefined
  readonly content: Buffer
  readonly header: string
}

/** The decoded leaves of a message, as any reader would see them. */
export function leaves({ message: { bytes, ...message } }: Composed): Leaf[] {
  const walk = (entity: Entity): Leaf[] =>
    entity.parts.length > 0 ? entity.parts.flatMap(walk) : [leaf(bytes, entity)]
  const root = readStructure(bytes, message)
  assert.ok(root, 'the structure of the message can be read')
  return walk(root)
}

function leaf(bytes: Buffer, { start, bodyStart, end, encoding, type }: Entity): Leaf {
  const body = bytes.toString('latin1', bodyStart, end)
  const octets = (text: string): string =>
    text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  const content =
    encoding === 'base64'
      ? Buffer.from(body, 'base64')
      : Buffer.from(encoding === 'quoted-printable' ? octets(body) : body, 'latin1')
  return { type, content, header: bytes.toString('latin1', start, bodyStart) }
}

export const refuses = (
  more: object,
  code: string,
  where: string,
  withOptions: Partial<ComposeOptions> = {},
): Promise<void> =>
  assert.rejects(
    () => make(more, withOptions),
    (error: unknown) => {
      assert.ok(MailerError.is(error), String(error))
      assert.deepEqual([error.code, error.where], [code, where])
      assert.ok(error.found && error.wanted && error.fix, 'found, wanted and fix are named')
      return true
    },
  )
