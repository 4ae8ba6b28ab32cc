/**
 * Signature: the headers of a webhook that prove whom it is from. The only standardwebhooks import.
 *
 * https://github.com/standard-webhooks/standard-webhooks: id, timestamp, and HMAC-SHA256 of both and the body.
 */
import { createRequire } from 'node:module'
import { wrongValue } from '@postrider/core'
import type { Webhook } from 'standardwebhooks'

export type Sign = (id: string, at: Date, body: string) => Readonly<Record<string, string>>

/** @throws {MailerError} `invalid-option` when the secret is none */
export function signer(secret: string, where: string): Sign {
  // Most relays have no webhook.
  const library = createRequire(import.meta.url)('standardwebhooks') as { readonly Webhook: typeof Webhook }
  let webhook: Webhook
  try {
    webhook = new library.Webhook(secret)
  } catch (cause) {
    throw wrongValue('invalid-option', {
      where,
      found: 'a secret that cannot be read',
      wanted: '`whsec_` and 24 to 64 octets in base64',
      fix: 'make one: echo whsec_$(openssl rand -base64 32)',
      cause,
    })
  }
  return (id, at, body) => ({
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': webhook.sign(id, at, body),
  })
}
