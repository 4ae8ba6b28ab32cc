/**
 * ProviderLogin: logging in to the interface at an OpenID provider: away, and back with a session.
 *
 * Policy. Both are asked by a browser that goes there, and answered by where it goes next. What went wrong is told by the login page, by
 * one word, which says no more than the login with a password does.
 *
 * Not here: the cookie and the checks (access-control/provider-door.ts), the provider (oidc/).
 */
import { kinds as k } from '@postrider/core'
import { requireInterface } from './sessions.ts'
import { text } from './shapes.ts'
import { notFound } from './v1-error.ts'
import { declare, type V1Ports, type V1Route } from './v1-route.ts'

function providerOf(ports: V1Ports) {
  const found = requireInterface(ports).provider()
  if (found === undefined) throw notFound('nobody logs in at a provider: relay.http.oidc is not given')
  return found
}

function goTo(location: string, cookie?: string): object {
  const headers = {
    location,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    ...(cookie !== undefined && { 'set-cookie': cookie }),
  }
  return { status: 303, type: 'text/plain; charset=utf-8', body: '', headers }
}

const LOGIN = '/ui/#/login'

export const PROVIDER_LOGIN_ROUTES: readonly V1Route[] = [
  declare({
    method: 'GET',
    path: '/v1/session/ways',
    scope: 'open',
    about: 'own',
    says: 'How one logs in to the interface.',
    answers: k.strictObject({
      password: k.boolean(),
      provider: text('What the OpenID provider is called, where there is one.').optional(),
    }),
    work: async (_, ports) => {
      const provider = requireInterface(ports).provider()
      return { password: true, ...(provider !== undefined && { provider: provider.name }) }
    },
  }),
  declare({
    method: 'GET',
    path: '/v1/session/oidc',
    scope: 'open',
    about: 'own',
    says: 'Sends a browser to the OpenID provider of `relay.http.oidc`.',
    answers: { type: 'text/plain' },
    work: async ({ request }, ports) => {
      const left = await providerOf(ports).door.leave(request)
      return left === undefined ? goTo(`${LOGIN}?problem=trouble`) : goTo(left.url, left.cookie)
    },
  }),
  declare({
    method: 'GET',
    path: '/v1/session/oidc/back',
    scope: 'open',
    about: 'own',
    says: 'Where the OpenID provider sends the browser: it is logged in, or at the login page with what went wrong.',
    // Providers add what they like.
    query: k.looseObject({
      code: text('What the provider gave.').optional(),
      state: text('What it was given.').optional(),
    }),
    answers: { type: 'text/plain' },
    work: async ({ request }, ports) => {
      const { door } = providerOf(ports)
      const entry = await door.comeBack(request)
      return entry.kind === 'entered'
        ? goTo('/ui/', entry.cookie)
        : goTo(`${LOGIN}?problem=${entry.kind}`, door.forgotten(request))
    },
  }),
]
