/**
 * Secret: passwords to hashes and back to yes or no.
 *
 * Policy. scrypt with N=2^15, r=8, p=1 (RFC 7914; the memory of one verification is 32 MiB, its time some 60 ms). A hash
 * carries its parameters, so that they can grow. Comparison takes the same time wherever the difference is.
 *
 * Not here: which hash belongs to a user, and what an unknown user costs (login.ts), who waits for whom (verifier-pool.ts). RFC 4616 §4, RFC 7914.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { type MailerError, wrongValue } from '@postrider/core'

export interface ScryptCost {
  /** log2 of N. */
  readonly logN: number
  readonly r: number
  readonly p: number
}

/** OWASP's second choice for scrypt: 32 MiB. */
export const DEFAULT_COST: ScryptCost = { logN: 15, r: 8, p: 1 }

const SALT_BYTES = 16
const KEY_BYTES = 32
/** More would let a wrong line in a file stop the service. */
const MOST_MEMORY_BYTES = 256 * 1024 * 1024
const HASH = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22,88})\$([A-Za-z0-9+/]{22,88})$/

interface Parsed {
  readonly cost: ScryptCost
  readonly salt: Buffer
  readonly key: Buffer
}

/** A new hash, such as `$scrypt$ln=15,r=8,p=1$salt$key`. */
export async function hashSecret(secret: string, cost: ScryptCost = DEFAULT_COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const key = await derive(secret, salt, KEY_BYTES, cost)
  return `$scrypt$ln=${cost.logN},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(key)}`
}

/** Whether the text is a hash that `verifySecret` can check. */
export function isSecretHash(text: string): boolean {
  return parseHash(text) !== undefined
}

/** @throws {MailerError} `invalid-option` when `hash` is none of ours */
export async function verifySecret(secret: string, hash: string): Promise<boolean> {
  const parsed = parseHash(hash)
  if (parsed === undefined) throw invalidHash()
  const key = await derive(secret, parsed.salt, parsed.key.length, parsed.cost)
  return timingSafeEqual(key, parsed.key)
}

/** @throws {MailerError} `invalid-option`: a password must never be kept as it is */
export function requireHash({ name, secretHash }: { readonly name: string; readonly secretHash: string }): void {
  if (isSecretHash(secretHash)) return
  throw wrongValue('invalid-option', {
    where: `secretHash of the account ${JSON.stringify(name)}`,
    found: 'a text that is no password hash',
    wanted: 'what hashSecret() gives, and never a password',
  })
}

/** Like `verifySecret`; a secret that is wrong costs no less than one of a hash at the usual cost. */
export async function verifyAtFullCost(secret: string, hash: string): Promise<boolean> {
  const isRight = await verifySecret(secret, hash)
  if (!isRight) await spendDifference(hash)
  return isRight
}

/** Spends what a verification at the usual cost takes longer than one of this hash: who fails must not learn which it was. */
async function spendDifference(hash: string): Promise<void> {
  const cost = parseHash(hash)?.cost
  if (cost === undefined) return
  const rounds = Math.floor(workOf(DEFAULT_COST) / workOf({ ...cost, p: 1 })) - cost.p
  if (rounds > 0) await derive('x', randomBytes(SALT_BYTES), KEY_BYTES, { ...cost, p: rounds })
}

function workOf({ logN, r, p }: ScryptCost): number {
  return 2 ** logN * r * p
}

function parseHash(text: string): Parsed | undefined {
  const [, logN, r, p, salt, key] = HASH.exec(text) ?? []
  if (salt === undefined || key === undefined) return undefined
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) }
  if (cost.logN < 1 || cost.r < 1 || cost.p < 1 || memoryOf(cost) > MOST_MEMORY_BYTES) return undefined
  return { cost, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') }
}

function memoryOf({ logN, r, p }: ScryptCost): number {
  return 128 * r * (2 ** logN + p)
}

function derive(secret: string, salt: Buffer, bytes: number, cost: ScryptCost): Promise<Buffer> {
  const options = { N: 2 ** cost.logN, r: cost.r, p: cost.p, maxmem: memoryOf(cost) + 1024 * 1024 }
  return new Promise((resolve, reject) => {
    scrypt(secret.normalize('NFC'), salt, bytes, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}

function invalidHash(): MailerError {
  return wrongValue('invalid-option', {
    where: 'passwordHash',
    found: 'a text that is no scrypt hash of ours',
    wanted: '$scrypt$ln=15,r=8,p=1$salt$key',
    fix: 'make one with: postrider user hash',
  })
}
