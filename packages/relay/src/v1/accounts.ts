/**
 * Accounts: who may submit, without what they log in with; and API keys, listed, made and taken away.
 *
 * Policy. A key is in the answer that makes it, and nowhere afterwards.
 *
 * Not here: accounts made and changed (account-changes.ts).
 */
import { kinds as k, parseDomain } from '@postrider/core'
import { accountName } from '../account/index.ts'
import { networkProblem } from '../admission/index.ts'
import type { ApiKey } from '../key/index.ts'
import { requireContentLeave } from './content-leave.ts'
import { SCOPE_LIST, text, time } from './shapes.ts'
import { notFound } from './v1-error.ts'
import { declare, type ListedAccount, type V1Route } from './v1-route.ts'

const LIMITS = k.strictObject(
  Object.fromEntries(
    ['messages', 'recipients'].flatMap(what =>
      ['Minute', 'Hour', 'Day'].map(window => [`${what}Per${window}`, k.int().optional()] as const),
    ),
  ),
)

const ACCOUNT = k.strictObject({
  name: k.string(),
  senders: k.array(k.string()).describe('What it may use as MAIL FROM and From; empty is what `relay.senders` says.'),
  rewriteFrom: text('What a From that it may not use is replaced with.').optional(),
  limits: LIMITS.describe('Its own; what is not there is as the relay says.').optional(),
  from: k.enum(['configuration', 'store']).describe('The configuration, or `postrider user`.'),
})

const KEY = {
  id: text('Eight characters, which are also in the key.'),
  name: k.string(),
  account: text('Whom it acts as; absent in the key of an operator.').optional(),
  scopes: SCOPE_LIST,
  domains: k.array(k.string()).describe('Domains of senders it is bound to; empty is all of the account.'),
  networks: k.array(k.string()).describe('Where it may be used; empty is everywhere.'),
  createdAt: time('When it was made.'),
  expiresAt: time('When it ends.').optional(),
  lastUsedAt: time('To the minute.').optional(),
}

const NEW_KEY = k.strictObject({
  name: k.string().min(1).max(50),
  account: text('Whom it acts as; without one it is the key of an operator.').optional(),
  scopes: SCOPE_LIST,
  domains: k
    .array(
      k
        .string()
        .refine(value => typeof parseDomain(value) === 'string')
        .meta({ wanted: 'a domain name, such as example.com' }),
    )
    .default([]),
  networks: k
    .array(
      k
        .string()
        .refine(value => networkProblem(value) === undefined)
        .meta({ wanted: 'a network, such as 192.0.2.0/24' }),
    )
    .default([]),
  expiresAt: time('When it ends; by default when it is removed.').optional(),
})

function shownAccount({ name, senders, rewriteFrom, limits, from }: ListedAccount) {
  return {
    name,
    senders,
    from,
    ...(rewriteFrom !== undefined && { rewriteFrom }),
    ...(limits !== undefined && { limits }),
  }
}

export const ACCOUNT_ROUTES: readonly V1Route[] = [
  declare({
    method: 'GET',
    path: '/v1/accounts',
    scope: 'admin',
    about: 'relay',
    says: 'Who may submit.',
    answers: k.strictObject({ accounts: k.array(ACCOUNT) }),
    work: async (_, { accounts }) => ({ accounts: (await accounts()).map(shownAccount) }),
  }),
  declare({
    method: 'GET',
    path: '/v1/accounts/:name',
    scope: 'admin',
    about: 'relay',
    says: 'One account.',
    answers: ACCOUNT,
    work: async ({ params }, { accounts }) => {
      const name = accountName(params.name ?? '')
      const found = (await accounts()).find(account => account.name === name)
      if (found === undefined) throw notFound(`there is no account ${name}`)
      return shownAccount(found)
    },
  }),
  declare({
    method: 'GET',
    path: '/v1/keys',
    scope: 'admin',
    about: 'relay',
    says: 'API keys, the oldest first; what they are shown by is not kept.',
    answers: k.strictObject({ keys: k.array(k.strictObject(KEY)) }),
    work: async (_, { keys }): Promise<{ readonly keys: readonly ApiKey[] }> => ({ keys: await keys.list() }),
  }),
  declare({
    method: 'POST',
    path: '/v1/keys',
    scope: 'admin',
    about: 'relay',
    says: 'Makes an API key. It is in this answer, and nowhere afterwards.',
    body: NEW_KEY,
    answers: k.strictObject({ id: KEY.id, key: text('What is shown as bearer token.') }),
    work: async ({ body: { name, account, scopes, domains, networks, expiresAt }, caller }, { keys, findAccount }) => {
      // A key that may administer may read everything.
      if (scopes.includes('content') || scopes.includes('admin')) requireContentLeave(caller)
      const whose = account === undefined ? undefined : accountName(account)
      if (whose !== undefined && (await findAccount(whose)) === undefined)
        throw notFound(`there is no account ${whose}`)
      const { id, token } = await keys.add({
        name,
        scopes,
        domains: domains.map(domain => parseDomain(domain) as string),
        networks,
        ...(whose !== undefined && { account: whose }),
        ...(expiresAt !== undefined && { expiresAt }),
      })
      return { id, key: token }
    },
  }),
  declare({
    method: 'DELETE',
    path: '/v1/keys/:id',
    scope: 'admin',
    about: 'relay',
    says: 'Takes an API key away: it is none at the next request.',
    answers: k.strictObject({ removed: k.string() }),
    work: async ({ params: { id = '' } }, { keys }) => {
      if (!(await keys.remove(id))) throw notFound(`there is no key ${id}`)
      return { removed: id }
    },
  }),
]
