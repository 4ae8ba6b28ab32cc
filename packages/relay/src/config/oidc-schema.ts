/**
 * OidcSchema: the shape of `relay.http.oidc`: the OpenID provider at which people log in to the interface, and whom it lets in as what.
 *
 * Not here: the rest of the section (schema.ts).
 */

import { isLoopback } from '../server/http-address.ts'
import { ROLES } from '../user/index.ts'
import { isMailboxOrDomain, type Kinds, type Words } from './vocabulary.ts'

export function oidcShape(k: Kinds, is: Words): ReturnType<Kinds['strictObject']> {
  const role = k.strictObject({
    value: k.string().min(1).max(320).describe('A value of the claim.'),
    role: k.enum(ROLES).describe('What whoever has it may do.'),
    content: k.boolean().default(false).describe('Whether they may read messages too.'),
  })
  return k.strictObject({
    issuer: k
      .string()
      .refine(isIssuer)
      .meta({ wanted: 'an https:// address, or http:// on this machine' })
      .describe('The address of the provider, under which `/.well-known/openid-configuration` stands.'),
    clientId: k.string().min(1).max(1000).describe('What the provider calls this relay.'),
    clientSecretFile: is.path(
      'The file of the secret that it gave; without it this is a public client, which PKCE alone proves.',
    ),
    scope: k.string().min(6).max(1000).default('openid email profile').describe('What is asked of the provider.'),
    name: k
      .string()
      .max(60)
      .default('')
      .describe('What the button of the login says; by default the host of the provider.'),
    nameClaim: k
      .string()
      .min(1)
      .max(100)
      .default('email')
      .describe('The claim whose value is the name of the user: an address.'),
    roleClaim: k.string().min(1).max(100).default('groups').describe('The claim whose values `roles` are about.'),
    roles: k
      .array(role)
      .default([])
      .describe(
        'What values of that claim make of somebody; the first that fits counts, and whom none fits does not come in. Empty makes everybody of `addresses` one who sees.',
      ),
    addresses: k
      .array(k.string().refine(isMailboxOrDomain).meta({ wanted: 'an address, or *@ and a domain' }))
      .default([])
      .describe(
        'Who may log in: addresses, or `*@` and a domain. Empty: everybody to whom a role applies. Where the roles are empty too, nobody may log in.',
      ),
  })
}

function isIssuer(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, hostname } = new URL(value)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname.replace(/^\[|\]$/g, '')))
}
