/**
 * Provider: logging in with OpenID Connect: where a browser is sent, and what the provider says when it comes back. The only openid-client
 * import, loaded when somebody logs in.
 *
 * Policy. Authorization code with PKCE, state and nonce; the ID token is verified by the keys of the issuer. What is known of the
 * provider is asked again after an hour, and after a failure at once. The secret is read from its file with it, so that
 * another one is taken without a restart. Plain http is spoken with a provider on this machine alone.
 *
 * RFC 6749 §4.1, RFC 7636, RFC 9207; OpenID Connect Core 1.0 §3.1.
 */
import { readFile } from 'node:fs/promises'
import type { Clock } from '@postrider/core'
import type { Configuration } from 'openid-client'

export interface ProviderOptions {
  readonly issuer: string
  readonly clientId: string
  /** '' is a public client. */
  readonly clientSecretFile: string
  /** `openid email profile`, and what else names roles. */
  readonly scope: string
}

/** What a browser keeps until it comes back. */
export interface Checks {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export interface Begun extends Checks {
  /** Where the browser goes. */
  readonly url: string
}

export interface Provider {
  /** @param back where the provider sends the browser afterwards. @throws when the provider cannot be reached */
  begin(back: string): Promise<Begun>
  /** What it says of who came back. @param came with everything that stands behind `?`. @throws when it says no, or does not fit */
  claims(came: URL, checks: Checks): Promise<Readonly<Record<string, unknown>>>
}

const KNOWN_FOR_MS = 3_600_000
const ANSWER_WITHIN_S = 10

export function openProvider(options: () => ProviderOptions, clock: Pick<Clock, 'monotonic'>): Provider {
  let known: { readonly of: string; readonly until: number; readonly asking: Promise<Configuration> } | undefined
  const configuration = (): Promise<Configuration> => {
    const wanted = options()
    const of = JSON.stringify(wanted)
    if (known !== undefined && known.of === of && clock.monotonic() < known.until) return known.asking
    const asking = discover(wanted)
    const asked = { of, until: clock.monotonic() + KNOWN_FOR_MS, asking }
    known = asked
    asking.catch(() => {
      if (known === asked) known = undefined
    })
    return asking
  }
  return {
    begin: async back => {
      const client = await import('openid-client')
      const provider = await configuration()
      const checks = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      }
      const { href: url } = client.buildAuthorizationUrl(provider, {
        redirect_uri: back,
        scope: options().scope,
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(checks.verifier),
        code_challenge_method: 'S256',
      })
      return { url, ...checks }
    },
    claims: async (came, { state, nonce, verifier }) => {
      const { authorizationCodeGrant, fetchUserInfo } = await import('openid-client')
      const provider = await configuration()
      const tokens = await authorizationCodeGrant(provider, came, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      })
      const told = tokens.claims() ?? {}
      const { sub } = told as { readonly sub?: string }
      // Some providers put no more than the subject into the token.
      if (sub === undefined || provider.serverMetadata().userinfo_endpoint === undefined) return told
      return { ...(await fetchUserInfo(provider, tokens.access_token, sub)), ...told }
    },
  }
}

/** @throws when the provider cannot be reached, or is another than it is called */
export async function lookAtProvider(options: ProviderOptions): Promise<void> {
  await discover(options)
}

async function discover({ issuer, clientId, clientSecretFile }: ProviderOptions): Promise<Configuration> {
  const { allowInsecureRequests, ClientSecretPost, discovery, None } = await import('openid-client')
  const secret = clientSecretFile === '' ? undefined : (await readFile(clientSecretFile, 'utf8')).trim()
  const url = new URL(issuer)
  return discovery(url, clientId, {}, secret === undefined ? None() : ClientSecretPost(secret), {
    timeout: ANSWER_WITHIN_S,
    execute: url.protocol === 'http:' ? [allowInsecureRequests] : [],
  })
}
