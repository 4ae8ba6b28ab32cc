/**
 * Dkim: a message to the same message with its signatures above it.
 *
 * Policy. relaxed/relaxed; the body is canonicalised and hashed once for all keys; the private key work runs on libuv's
 * threads, not on the event loop. RSA signatures stand above Ed25519 ones, for receivers that look at the first only.
 * The body is always signed whole: l= lets anybody append (RFC 6376 §8.2). Whatever goes wrong, there is no unsigned way out.
 *
 * Not here: which keys (choose-key.ts), which fields (signed-headers.ts). RFC 6376 §3.5, §5; RFC 8463 §3; RFC 8301.
 */
import { Buffer } from 'node:buffer'
import { createHash, hash } from 'node:crypto'
import type { DkimKey } from '../model/dkim-key.ts'
import { MailerError } from '../model/error.ts'
import { moveDown, type RawMessage } from '../model/message.ts'
import { LARGE_BYTES } from '../model/message-buffer.ts'
import { relaxedBody, relaxedField, relaxedPieces } from './canonical.ts'
import { type SignedHeaders, signedHeaders } from './signed-headers.ts'
import { signOnThread } from './thread.ts'

export interface SignOptions {
  /** Adds x=: after this the signature counts for nothing. @default none */
  readonly validForMs?: number
}

const LINE_LENGTH = 76

/**
 * @param keys at least one; who has none decides in the open whether to send unsigned
 * @throws {MailerError} `cannot-sign`
 */
export async function sign(
  message: RawMessage,
  keys: readonly DkimKey[],
  now: number,
  options: SignOptions = {},
): Promise<RawMessage> {
  if (keys.length === 0)
    throw cannotSign('no key was given', 'at least one key', 'configure a DKIM key for the From domain')
  if (!message.fields.some(field => field.name === 'from')) {
    throw cannotSign('the message has no From field', 'a From field (RFC 6376 §5.4)', 'give the message an author')
  }
  const covered = signedHeaders(message.fields)
  const bodyHash = hashBody(message.bytes.subarray(message.bodyStart))
  const headerText = canonicalHeader(message, covered)
  const work = { covered, bodyHash, headerText, now, ...options }
  const signatures = await Promise.all(rsaFirst(keys).map(key => signatureField(key, work)))
  return withSignatures(message, signatures)
}

function hashBody(body: Buffer): string {
  if (body.length < LARGE_BYTES) return hash('sha256', relaxedBody(body), 'base64')
  const hashing = createHash('sha256')
  for (const piece of relaxedPieces(body)) hashing.update(piece)
  return hashing.digest('base64')
}

interface SigningWork extends SignOptions {
  readonly covered: SignedHeaders
  readonly bodyHash: string
  /** The signed fields in canonical form, each with its CRLF, as latin1. */
  readonly headerText: string
  readonly now: number
}

function rsaFirst(keys: readonly DkimKey[]): readonly DkimKey[] {
  if (keys.length === 1) return keys
  return [...keys.filter(isRsa), ...keys.filter(key => !isRsa(key))]
}

function isRsa(key: DkimKey): boolean {
  return key.algorithm === 'rsa-sha256'
}

function canonicalHeader({ bytes }: RawMessage, { fields }: SignedHeaders): string {
  let text = ''
  for (const field of fields) {
    text += `${relaxedField(field.name, bytes.toString('latin1', field.valueStart, field.end))}\r\n`
  }
  return text
}

/** The whole DKIM-Signature field with its final CRLF. */
async function signatureField(key: DkimKey, work: SigningWork): Promise<string> {
  const unsigned = ` ${unsignedTags(key, work)}`
  // RFC 6376 §3.7: the signature field itself comes last, with an empty b= and without its CRLF.
  const data = Buffer.from(work.headerText + relaxedField('dkim-signature', unsigned), 'latin1')
  const signature = await signData(key, data)
  return `DKIM-Signature:${unsigned}${foldBase64(signature.toString('base64'))}\r\n`
}

function unsignedTags(key: DkimKey, { covered, bodyHash, now, validForMs }: SigningWork): string {
  const at = Math.floor(now / 1000)
  const expires = validForMs === undefined ? '' : ` x=${at + Math.ceil(validForMs / 1000)};`
  return [
    `v=1; a=${key.algorithm}; c=relaxed/relaxed;`,
    `d=${key.domain}; s=${key.selector}; t=${at};${expires}`,
    `h=${foldNames(covered.names)};`,
    `bh=${bodyHash};`,
    'b=',
  ].reduce((text, tags) =>
    lastLineLength(text) + tags.length < LINE_LENGTH ? `${text} ${tags}` : `${text}\r\n ${tags}`,
  )
}

function lastLineLength(text: string): number {
  const end = text.lastIndexOf('\n')
  // The first line also carries the name of the field.
  return end < 0 ? text.length + 'DKIM-Signature: '.length : text.length - end - 1
}

/** Colon-separated names; folding white space may follow a colon (RFC 6376 §3.5). */
function foldNames(names: readonly string[]): string {
  let text = ''
  let line = 3
  for (const [index, name] of names.entries()) {
    const piece = index === names.length - 1 ? name : `${name}:`
    if (line + piece.length > LINE_LENGTH) {
      text += '\r\n  '
      line = 2
    }
    text += piece
    line += piece.length
  }
  return text
}

/** White space inside b= is ignored (RFC 6376 §3.5). */
function foldBase64(base64: string): string {
  let text = ''
  for (let at = 0; at < base64.length; at += LINE_LENGTH - 2) text += `\r\n  ${base64.slice(at, at + LINE_LENGTH - 2)}`
  return text
}

async function signData(key: DkimKey, data: Buffer): Promise<Buffer> {
  const kind = isRsa(key) ? 'rsa' : 'ed25519'
  if (key.privateKey.type !== 'private' || key.privateKey.asymmetricKeyType !== kind) throw useless(key)
  try {
    if (isRsa(key)) return await signOnThread('sha256', data, key.privateKey)
    // RFC 8463 §3: Ed25519 signs the SHA-256 of what RSA would sign.
    return await signOnThread(null, hash('sha256', data, 'buffer'), key.privateKey)
  } catch (cause) {
    // OpenSSL's reasons are all the same to the caller: nothing leaves unsigned.
    throw useless(key, cause)
  }
}

function useless({ selector, domain, algorithm }: DkimKey, cause?: unknown): MailerError {
  const name = `${selector}._domainkey.${domain}`
  return cannotSign(
    `the key of ${name} did not sign`,
    `a private key for ${algorithm}`,
    `check the private key of ${name}`,
    cause,
  )
}

function withSignatures(message: RawMessage, signatures: readonly string[]): RawMessage {
  const text = signatures.join('')
  let longestLine = 0
  for (const line of text.split('\r\n')) if (line.length > longestLine) longestLine = line.length
  const fields = []
  let start = 0
  for (const signature of signatures) {
    const end = start + signature.length
    fields.push({ name: 'dkim-signature', start, valueStart: start + 'DKIM-Signature:'.length, end })
    start = end
  }
  return moveDown(message, { bytes: Buffer.from(text, 'latin1'), fields, longestLine })
}

function cannotSign(problem: string, wanted: string, fix: string, cause?: unknown): MailerError {
  return new MailerError('cannot-sign', `the message cannot be DKIM-signed: ${problem}`, {
    where: 'dkim',
    found: problem,
    wanted,
    fix,
    cause,
  })
}
