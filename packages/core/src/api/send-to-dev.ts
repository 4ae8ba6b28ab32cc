/**
 * SendToDev: mail of `send()` while somebody works on an app: composed here, and handed to the dev inbox that POSTRIDER_DEV_URL names.
 *
 * Policy. Never in production. When nobody answers it fails: mail that a test waits for would else be nowhere.
 *
 * Not here: the inbox (the relay's `/v1/inbox`).
 */
import type { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { systemClock } from '../ambient/clock.ts'
import { withDeadline } from '../ambient/deadline.ts'
import { outcomeOf } from '../flow/settled.ts'
import { get, HttpError } from '../http/index.ts'
import type { Domain } from '../model/address.ts'
import type { Draft } from '../model/draft.ts'
import { MailerError } from '../model/error.ts'
import type { NumberedFact } from '../model/fact.ts'
import type { Outcome } from '../model/outcome.ts'
import type { QueueId } from '../model/queue-id.ts'
import { wrongValue } from '../model/wrong-value.ts'
import { createMailer } from './create-mailer.ts'
import type { Mailer } from './mailer.ts'
import type { Receipt, SendOptions } from './receipt.ts'

export interface DevInbox {
  readonly url: string
  readonly token: string | undefined
  /** NODE_ENV */
  readonly mode: string | undefined
}

const TIMEOUT_MS = 30_000
const LOOK_EVERY_MS = 200
const MOST_BYTES = 1024 * 1024

/** What preflight says when it is off. */
const NOT_ASKED = { result: 'skipped' as const, publicAddresses: [], checks: [] }

const shared: { composer: Promise<Mailer> | undefined } = { composer: undefined }

/** @throws MailerError `invalid-config`, `queue-unavailable`; as Mailer.compose */
export async function sendToDev(draft: Draft, options: SendOptions, inbox: DevInbox): Promise<Receipt> {
  requireDev(inbox)
  const { signal, idempotencyKey, notBefore, expiresAt, priority } = options
  shared.composer ??= createMailer(
    { queue: { path: ':memory:' }, hostname: 'dev.localhost', preflight: 'off' },
    { deliver: false },
  )
  const within = signal ?? new AbortController().signal
  const { raw, envelope, from } = await (await shared.composer).compose(draft, { signal: within })
  const recipients = envelope.to.map(to => (typeof to === 'string' ? to : to.address))
  const tags = Object.entries(draft.tags ?? {}).map(([name, value]) => `${name}=${value}`)
  const asked = queryOf({
    from: envelope.from,
    to: recipients.join(','),
    tags: tags.join(',') || undefined,
    idempotencyKey,
    // It is composed anew each time: what it was made of is the same.
    fingerprint: idempotencyKey && createHash('sha256').update(JSON.stringify(draft)).digest('hex'),
    notBefore: notBefore?.valueOf(),
    expiresAt: expiresAt?.valueOf(),
    priority,
  })
  const taken = await ask<{ readonly id: QueueId; readonly duplicate: boolean }>(
    inbox,
    `/v1/inbox/messages?${asked}`,
    within,
    raw,
  )
  return {
    id: taken.id,
    messageId: /^message-id:\s*(<[^>]*>)/im.exec(headOf(raw))?.[1] ?? '',
    recipients,
    clearance: { ...NOT_ASKED, envelopeDomain: domainOf(envelope.from ?? from[0]), fromDomain: domainOf(from[0]) },
    duplicate: taken.duplicate,
    settled: (options = {}) => settled(taken.id, inbox, options.signal ?? new AbortController().signal),
  }
}

function domainOf(address = ''): Domain {
  return address.slice(address.lastIndexOf('@') + 1) as Domain
}

function queryOf(asked: Readonly<Record<string, string | number | null | undefined>>): string {
  const given = Object.entries(asked).flatMap(([name, value]) => (value == null ? [] : [[name, String(value)]]))
  return new URLSearchParams(given).toString()
}

async function settled(id: QueueId, inbox: DevInbox, signal: AbortSignal): Promise<Outcome> {
  for (;;) {
    const { facts } = await ask<{ readonly facts: readonly NumberedFact[] }>(inbox, `/v1/messages/${id}/story`, signal)
    const outcome = outcomeOf(id, facts)
    if (outcome !== undefined) return outcome
    await systemClock.sleep(LOOK_EVERY_MS, signal)
  }
}

function requireDev({ url, mode }: DevInbox): void {
  if (mode === 'production')
    throw wrongValue('invalid-config', {
      where: 'POSTRIDER_DEV_URL',
      found: 'it, with NODE_ENV=production',
      wanted: 'none in production, where mail is delivered',
      fix: 'unset POSTRIDER_DEV_URL',
    })
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw wrongValue('invalid-config', {
      where: 'POSTRIDER_DEV_URL',
      found: JSON.stringify(url),
      wanted: 'where `postrider dev` says that it is, such as http://127.0.0.1:8025',
      fix: 'correct it',
    })
}

function headOf(raw: Uint8Array): string {
  return (raw as Buffer).toString('latin1', 0, 64 * 1024).split('\r\n\r\n')[0] ?? ''
}

async function ask<T>({ url, token }: DevInbox, path: string, signal: AbortSignal, body?: Uint8Array): Promise<T> {
  const request = {
    url: `${url.replace(/\/+$/, '')}${path}`,
    maxBytes: MOST_BYTES,
    mediaType: 'application/json',
    headers: {
      ...(body !== undefined && { 'content-type': 'message/rfc822' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { method: 'POST' as const, body }),
  }
  try {
    const answer = await withDeadline({ clock: systemClock, ms: TIMEOUT_MS, signal }, within => get(request, within))
    return JSON.parse(answer.body.toString()) as T
  } catch (error) {
    if (signal.aborted) throw new MailerError('aborted', 'given up', { cause: error })
    const { message } = error as Error
    const isThere = HttpError.is(error) && error.code !== 'unreachable'
    throw new MailerError('queue-unavailable', `the dev inbox at ${url} did not take it: ${message}`, {
      cause: error,
      where: 'POSTRIDER_DEV_URL',
      found: message,
      wanted: 'an inbox that takes mail',
      fix: isThere ? 'see what `postrider dev` says' : 'start it with: postrider dev',
    })
  }
}
