/**
 * Signature: the headers of a webhook that prove whom it is from. The only standardwebhooks import.
 *
 * Policy. The same signature under both names: those of Standard Webhooks, and those of Svix, which are all that the verifiers of Resend
 * read. While a secret is replaced, what it signs stands beside what the one before it signs: either proves it.
 *
 * https://github.com/standard-webhooks/standard-webhooks: id, timestamp, and HMAC-SHA256 of both and the body.
 */
import { createRequire } from 'node:module'
import { wrongValue } from '@postrider/core'
import type { Webhook } from 'standardwebhooks'

export type Sign = (id: string, at: Date, body: string) => Readonly<Record<string, string>>

/**
 * @param secrets the present one, and the one before it
 * @throws {MailerError} `invalid-option` when one is none
 */
export function signer(secrets: readonly string[], where: string): Sign {
  const webhooks = secrets.map((secret, at) =>
    webhookOf(secret, at === 0 ? `${where}.secret` : `${where}.previousSecret`),
  )
  return (id, at, body) => {
    const signed = {
      id,
      timestamp: String(Math.floor(at.getTime() / 1000)),
      signature: webhooks.map(webhook => webhook.sign(id, at, body)).join(' '),
    }
    const named = (family: string): [string, string][] =>
      Object.entries(signed).map(([name, value]) => [`${family}-${name}`, value])
    return Object.fromEntries([...named('webhook'), ...named('svix')])
  }
}

function webhookOf(secret: string, where: string): Webhook {
  // Most relays have no webhook.
  const library = createRequire(import.meta.url)('standardwebhooks') as { readonly Webhook: typeof Webhook }
  try {
    return new library.Webhook(secret)
  } catch (cause) {
    throw wrongValue('invalid-option', {
      where,
      found: 'a secret that cannot be read',
      wanted: '`whsec_` and 24 to 64 octets in base64',
      fix: 'make one: echo whsec_$(openssl rand -base64 32)',
      cause,
    })
  }
}
