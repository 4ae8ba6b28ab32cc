/**
 * Sasl: the steps of a login, without the wire: what the client said to what we say next.
 *
 * Policy. PLAIN in one step and in two, with `=` as the empty initial response that asks for the second; LOGIN with and
 * without the user name in the first line; XOAUTH2 and OAUTHBEARER where a verifier is configured. No CRAM-MD5: it needs
 * passwords that can be recovered. An authorization identity other than the user itself is refused. `*` gives up.
 *
 * Not here: whether the password is right (account/). RFC 4954 §4, RFC 4616, RFC 7628 §3.1.
 */
import { Buffer } from 'node:buffer'
import { accountName, type Credential } from '../account/index.ts'
import type { RefusalName } from '../admission/index.ts'

export type Step =
  | { readonly kind: 'ask'; readonly challenge: string; readonly next: (line: string) => Step }
  | { readonly kind: 'credential'; readonly credential: Credential }
  | { readonly kind: 'malformed'; readonly refusal: LoginRefusal }
  | { readonly kind: 'aborted' }

/** Not base64; without the parts of the method; on behalf of another user. */
type LoginRefusal = Extract<RefusalName, 'login-malformed' | 'login-incomplete' | 'login-as-another'>

const MALFORMED: Step = { kind: 'malformed', refusal: 'login-malformed' }
const INCOMPLETE: Step = { kind: 'malformed', refusal: 'login-incomplete' }
/** RFC 4616 §2: the exchange fails when the identities are not allowed together, before any password is looked at. */
const AS_ANOTHER: Step = { kind: 'malformed', refusal: 'login-as-another' }
const ABORTED: Step = { kind: 'aborted' }
/** base64 of `Username:` and `Password:`, which clients compare literally. */
const ASK_USERNAME = 'VXNlcm5hbWU6'
const ASK_PASSWORD = 'UGFzc3dvcmQ6'
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

export const PASSWORD_METHODS = ['PLAIN', 'LOGIN'] as const
export const TOKEN_METHODS = ['XOAUTH2', 'OAUTHBEARER'] as const

/** The first step, or undefined when the method is none of ours. */
export function startLogin(method: string, initial: string | undefined): Step | undefined {
  const first = FIRST_STEPS.get(method)
  if (first === undefined) return undefined
  // RFC 4954 §4: "=" is an initial response of no octets. None of our methods begins with one, so it asks to be asked.
  return initial === undefined || initial === '=' ? first.ask : first.read(initial)
}

interface FirstStep {
  readonly ask: Step
  readonly read: (line: string) => Step
}

const FIRST_STEPS: ReadonlyMap<string, FirstStep> = new Map([
  ['PLAIN', { ask: ask('', readPlain), read: readPlain }],
  ['LOGIN', { ask: ask(ASK_USERNAME, readUsername), read: readUsername }],
  ['XOAUTH2', { ask: ask('', readXoauth2), read: readXoauth2 }],
  ['OAUTHBEARER', { ask: ask('', readOauthBearer), read: readOauthBearer }],
])

function ask(challenge: string, next: (line: string) => Step): Step {
  return { kind: 'ask', challenge, next }
}

/** RFC 4616 §2: authzid NUL authcid NUL passwd */
function readPlain(line: string): Step {
  const text = decode(line)
  if (typeof text !== 'string') return text
  const [authzid = '', authcid = '', password, ...rest] = text.split('\0')
  const user = authcid || authzid
  if (password === undefined || rest.length > 0 || user === '') return INCOMPLETE
  if (authzid !== '' && accountName(authzid) !== accountName(user)) return AS_ANOTHER
  return { kind: 'credential', credential: { kind: 'password', user, password } }
}

function readUsername(line: string): Step {
  const user = decode(line)
  if (typeof user !== 'string') return user
  if (user === '') return INCOMPLETE
  return ask(ASK_PASSWORD, answer => {
    const password = decode(answer)
    return typeof password === 'string'
      ? { kind: 'credential', credential: { kind: 'password', user, password } }
      : password
  })
}

/** Google's format: `user=` SOH `auth=Bearer token` SOH SOH */
function readXoauth2(line: string): Step {
  const text = decode(line)
  if (typeof text !== 'string') return text
  const [, user, token] = /^user=([^\x01]+)\x01auth=Bearer ([^\x01]+)\x01\x01$/i.exec(text) ?? []
  return user && token ? { kind: 'credential', credential: { kind: 'token', user, token } } : INCOMPLETE
}

/** RFC 7628 §3.1: a GS2 header, then key=value pairs between SOH */
function readOauthBearer(line: string): Step {
  const text = decode(line)
  if (typeof text !== 'string') return text
  const [, name, pairs = ''] = /^[ny],a=([^,]+),\x01(.*)\x01\x01$/s.exec(text) ?? []
  const token = pairs.split('\x01').flatMap(pair => /^auth=Bearer (.+)$/i.exec(pair)?.[1] ?? [])[0]
  if (!name || !token) return INCOMPLETE
  const user = name.replaceAll('=2C', ',').replaceAll('=3D', '=')
  return { kind: 'credential', credential: { kind: 'token', user, token } }
}

function decode(line: string): string | Step {
  const text = line.trim()
  if (text === '*') return ABORTED
  if (!BASE64.test(text)) return MALFORMED
  return Buffer.from(text, 'base64').toString('utf8')
}
