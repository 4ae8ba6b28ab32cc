/**
 * Acme: one order at an ACME server: account, challenges, certificate. The only acme-client import.
 *
 * Policy. Our own request and key (ECDSA P-256): the library only speaks the protocol. A challenge is set up before the server is
 * told to look, and taken down whatever came of it. A renewal keeps the key, since a TLSA record names it. RFC 8555, RFC 8737.
 *
 * Not here: when to order (the front), answering challenges (http/, listener/), files (the front).
 */
import { createHash, createPrivateKey, type KeyObject } from 'node:crypto'
import type { Client } from 'acme-client'
import { certificateRequest, makeKey, privateKeyPem, selfSigned } from './issue.ts'

export type ChallengeKind = 'http-01' | 'tls-alpn-01' | 'dns-01'

/** How a challenge is answered while the server looks. */
export interface Challenge {
  readonly kind: ChallengeKind
  /** The name that is proved. */
  readonly name: string
  readonly token: string
  /** http-01: the content. dns-01: the value of the TXT record at `_acme-challenge.name`. */
  readonly answer: string
  /** tls-alpn-01: the certificate to show. RFC 8737 §3 */
  readonly pair?: { readonly certificate: string; readonly privateKey: string }
}

export interface AcmeOrder {
  readonly directory: string
  readonly email: string
  /** PEM. */
  readonly accountKey: string
  readonly names: readonly string[]
  /** That of the certificate before, PEM, so that TLSA records still hold (RFC 7671 §5.1). @default a new one */
  readonly key?: string | undefined
  readonly kind: ChallengeKind
  readonly now: number
  /** Puts the answer where the server looks; the returned function takes it away. */
  readonly answer: (challenge: Challenge) => Promise<() => Promise<void>>
}

export interface OrderedCertificate {
  /** PEM, with the chain. */
  readonly certificate: string
  /** PEM */
  readonly privateKey: string
}

type Authorization = Awaited<ReturnType<Client['getAuthorizations']>>[number]

const DAY_MS = 86_400_000

/** A new account key, PEM. */
export async function makeAccountKey(): Promise<string> {
  return privateKeyPem(await makeKey())
}

/** @throws what the server or the network said */
export async function orderCertificate(order: AcmeOrder): Promise<OrderedCertificate> {
  const acme = await import('acme-client')
  const client = new acme.Client({ directoryUrl: order.directory, accountKey: order.accountKey })
  const contact = order.email === '' ? {} : { contact: [`mailto:${order.email}`] }
  await client.createAccount({ termsOfServiceAgreed: true, ...contact })
  const placed = await client.createOrder({ identifiers: order.names.map(value => ({ type: 'dns', value })) })
  for (const authorization of await client.getAuthorizations(placed)) await prove(client, authorization, order)
  const key = keptKey(order.key) ?? (await makeKey())
  const finished = await client.finalizeOrder(placed, certificateRequest(order.names, key))
  return { certificate: await client.getCertificate(finished), privateKey: privateKeyPem(key) }
}

/** What somebody else put there, of another kind, gives way. */
function keptKey(pem: string | undefined): KeyObject | undefined {
  const key = pem === undefined ? undefined : createPrivateKey(pem)
  return key?.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined
}

async function prove(client: Client, authorization: Authorization, { kind, now, answer }: AcmeOrder): Promise<void> {
  if (authorization.status === 'valid') return
  const name = authorization.identifier.value
  const challenge = authorization.challenges.find(one => one.type === kind)
  if (challenge === undefined) {
    const offered = authorization.challenges.map(one => one.type).join(', ')
    throw new Error(`the ACME server offers ${offered} for ${name}, and not ${kind}`)
  }
  // The library gives the digest for dns-01 and the key authorization itself for the others.
  const authorized = await client.getChallengeKeyAuthorization(challenge)
  const pair = kind === 'tls-alpn-01' ? await alpnPair(name, authorized, now) : undefined
  const remove = await answer({ kind, name, token: challenge.token, answer: authorized, ...(pair ? { pair } : {}) })
  try {
    await client.completeChallenge(challenge)
    await client.waitForValidStatus(challenge)
  } finally {
    await remove()
  }
}

async function alpnPair(name: string, authorized: string, now: number): Promise<NonNullable<Challenge['pair']>> {
  const key = await makeKey()
  const acmeIdentifier = createHash('sha256').update(authorized).digest()
  return {
    certificate: selfSigned({ names: [name], key, now, validMs: DAY_MS, acmeIdentifier }),
    privateKey: privateKeyPem(key),
  }
}
