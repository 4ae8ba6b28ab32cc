/** Compiled by the package test in a project that has only the published packages: every entry has its types. */
import {
  createMailer,
  type Draft,
  type Fact,
  MailerError,
  type MailerOptions,
  type Outcome,
  type Receipt,
  send,
} from '@postrider/core'
import { type HttpDraft, type RelayClient, type RelayEvent, relayClient } from '@postrider/core/http'
import { type PostriderInfo, type PostriderTransport, postrider } from '@postrider/core/nodemailer'
import { openPostgresQueue, type PostgresQueueOptions, type QueueStore } from '@postrider/core/postgres'
import { createFakeDns, type FakeMx, startFakeMx } from '@postrider/core/testing'
import { createRelay, type Relay, type RelayOptions } from '@postrider/relay'

const draft: Draft = { from: 'me@example.com', to: ['you@example.net'], subject: 'Hello', text: 'It works.' }
const options: MailerOptions = { hostname: 'mail.example.com', queue: { path: ':memory:' } }

export async function use(): Promise<Outcome> {
  await using mailer = await createMailer(options, { resolver: createFakeDns({}) })
  mailer.on('session-opened', ({ host, tls }) => [host satisfies string, tls satisfies object | undefined])
  mailer.on('delivered', ({ recipient, tookMs }) => [recipient satisfies string, tookMs satisfies number])
  const receipt: Receipt = await mailer.send(draft, { idempotencyKey: 'once' })
  return receipt.settled()
}

export const byTheBareDoor = (): Promise<Receipt> => send(draft)
export const codeOf = (error: unknown): string | undefined => (error instanceof MailerError ? error.code : undefined)
export const kindOf = (fact: Fact): string => fact.kind
export const transport: PostriderTransport = postrider(options)
export const answered = (info: PostriderInfo): string => info.response
export const host = (): Promise<FakeMx> => startFakeMx()
export const relay = (wanted: RelayOptions): Promise<Relay> => createRelay(wanted)

export const overHttp = (client: RelayClient, mail: HttpDraft): Promise<string> => client.send(mail)
export const told = (event: RelayEvent): string => (event.type === 'message.bounced' ? event.data.code : event.id)
export const client: RelayClient = relayClient({ url: 'https://mail.example.com', key: 're_x' })

// @ts-expect-error: the types are there and are not `any`
createMailer({ hostnmae: 'mail.example.com' })

/** Without `pg` installed its entry still has its types: it is an optional peer. */
export const store = (options: PostgresQueueOptions): Promise<QueueStore> => openPostgresQueue(options)
