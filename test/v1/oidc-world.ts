/**
 * OidcWorld: a relay whose interface is entered at an OpenID provider, the provider of others that runs on loopback, and a browser as far
 * as this needs one.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RelayOptions } from '@postrider/relay'
// @ts-expect-error It brings no types.
import Provider from 'oidc-provider'
import { startV1World, type V1World } from './world.ts'

const SECRET = 'a secret of the provider'
/** What it says of people, by the name that they log in with. */
export const PEOPLE: Record<string, object> = {
  anna: { email: 'anna@example.com', email_verified: true, groups: ['staff', 'mail-admins'] },
  bruno: { email: 'bruno@example.com', email_verified: true, groups: ['staff'] },
  carl: { email: 'carl@elsewhere.example', email_verified: true, groups: ['mail-admins'] },
  dora: { email: 'dora@example.com', email_verified: false, groups: ['mail-admins'] },
  emil: { email: 'emil@example.com', email_verified: true },
}

export interface Issuer extends AsyncDisposable {
  readonly url: string
  /** Where browsers may be sent back to. */
  back: string
}

/** It logs in whoever writes a name, as it does for who develops against it. */
async function startIssuer(): Promise<Issuer> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer = { url, back: '' }
  const open = (): void => {
    const provider = new Provider(url, {
      clients: [
        {
          client_id: 'postrider',
          client_secret: SECRET,
          redirect_uris: [issuer.back],
          token_endpoint_auth_method: 'client_secret_post',
        },
      ],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
      scopes: ['openid', 'email', 'groups'],
      pkce: { required: () => true },
      cookies: { keys: ['a'] },
      findAccount: (_: unknown, id: string) => ({ accountId: id, claims: async () => ({ sub: id, ...PEOPLE[id] }) }),
    })
    server.on('request', provider.callback())
  }
  let isOpen = false
  return {
    url,
    get back() {
      return issuer.back
    },
    set back(value: string) {
      issuer.back = value
      if (!isOpen) open()
      isOpen = true
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

export interface Answered {
  readonly location: string | undefined
  readonly cookies: readonly string[]
  readonly text: string
}

/** What a window of a browser sends on its way; `fetch` would say that a script asks. */
export const WINDOW: Readonly<Record<string, string>> = {
  'sec-fetch-site': 'cross-site',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
}

export async function visit(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  form?: Readonly<Record<string, string>>,
): Promise<Answered> {
  const body = form === undefined ? undefined : new URLSearchParams(form).toString()
  const posted = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
  const asked = request(url, { method: body === undefined ? 'GET' : 'POST', headers: { ...headers, ...posted } })
  asked.end(body)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  const { location, 'set-cookie': cookies = [] } = answer.headers
  return { location, cookies, text: Buffer.concat(await answer.toArray()).toString() }
}

/** Keeps cookies by host and path as far as this needs, and follows what it is told to. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>()

  cookiesOf(url: string): string {
    return [...(this.#cookies.get(new URL(url).host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  async open(
    url: string,
    form?: Readonly<Record<string, string>>,
  ): Promise<{ readonly url: string; readonly text: string }> {
    const { location, cookies, text } = await visit(url, { ...WINDOW, cookie: this.cookiesOf(url) }, form)
    const kept = this.#cookies.get(new URL(url).host) ?? new Map<string, string>()
    for (const cookie of cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '') kept.delete(name)
      else kept.set(name, value)
    }
    this.#cookies.set(new URL(url).host, kept)
    return location === undefined ? { url, text } : this.open(new URL(location, url).href)
  }
}

/** Through the provider's own forms, to where it ends. */
export async function logIn(world: V1World, browser: Browser, name: string): Promise<string> {
  let page = await browser.open(`${world.url}/v1/session/oidc`)
  for (let step = 0; step < 4 && !page.url.startsWith(world.url); step++) {
    const [, action = ''] = /<form[^>]*action="([^"]+)"/.exec(page.text) ?? []
    const [, prompt = 'login'] = /name="prompt" value="(\w+)"/.exec(page.text) ?? []
    assert.notEqual(action, '', page.text.slice(0, 500))
    page = await browser.open(new URL(action, page.url).href, { prompt, login: name, password: 'x' })
  }
  return page.url
}

export interface OidcWorld extends AsyncDisposable {
  readonly world: V1World
  readonly issuer: Issuer
}

export async function startOidcWorld(oidc: object): Promise<OidcWorld> {
  const issuer = await startIssuer()
  const clientSecretFile = join(await mkdtemp(join(tmpdir(), 'postrider-oidc-')), 'secret')
  await writeFile(clientSecretFile, `${SECRET}\n`)
  const http = {
    oidc: { issuer: issuer.url, clientId: 'postrider', clientSecretFile, scope: 'openid email groups', ...oidc },
  } as NonNullable<NonNullable<RelayOptions['relay']>['http']>
  const world = await startV1World({ relay: { http } }, { deliver: false })
  issuer.back = `${world.url}/v1/session/oidc/back`
  return {
    world,
    issuer,
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]()
      await issuer[Symbol.asyncDispose]()
    },
  }
}

export const ROLES: object = {
  addresses: ['*@example.com'],
  roles: [
    { value: 'mail-admins', role: 'admin', content: true },
    { value: 'staff', role: 'see' },
  ],
}
