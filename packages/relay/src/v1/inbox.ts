/**
 * Inbox: captured mail, for tests and for people: listed, waited for, looked at whole, and removed.
 *
 * Policy. A message is answered whole or not at all. The key of an account sees the mail of its account. The html of others is answered
 * in a sandbox of its own, where nothing runs and nothing is fetched. What removes all says so.
 *
 * Not here: what becomes of captured mail, and its time (inbox-control.ts).
 */
import { type AnyShape, kinds as k, type OutputOf } from '@postrider/core'
import { type Captured, HARMLESS, type Inbox, readHtml, wholeMessage } from '../inbox/index.ts'
import { COMPATIBILITY, compatibility } from './compatibility.ts'
import { eventStream } from './event-stream.ts'
import { captureOf, contentOf, filterOf, INBOX_FILTER, mailOf } from './inbox-asked.ts'
import { coming, firstComing } from './inbox-coming.ts'
import { QUEUE_ID, text, time } from './shapes.ts'
import { invalid, notFound, V1Error } from './v1-error.ts'
import { type Asked, declare, type V1Ports, type V1Route } from './v1-route.ts'
import { HTML_VIEW, htmlOf, LEFT_OUT, leftOutIn, partOf, WHOLE_CONTENT, wholeContent } from './whole-content.ts'

const MAILBOX = k.strictObject({ name: k.string(), address: k.string() })

const SUMMARY = {
  id: QUEUE_ID,
  at: time('When it was accepted.'),
  from: text('The reverse-path; empty for notices.'),
  recipients: k.array(k.string()).describe('Of the envelope.'),
  account: text('Who submitted it.').optional(),
  tags: k.record(k.string()),
  sizeBytes: k.int(),
  subject: k.string(),
  author: MAILBOX.optional(),
  to: k.array(MAILBOX),
  cc: k.array(MAILBOX),
  replyTo: k.array(MAILBOX),
  messageId: text('The Message-ID header, without angle brackets.'),
  isRead: k.boolean(),
}
const SUMMARY_SHAPE: AnyShape = k.strictObject(SUMMARY)

const WHOLE: AnyShape = k
  .strictObject({
    ...SUMMARY,
    ...WHOLE_CONTENT,
    outcomes: k
      .array(
        k.strictObject({ address: k.string(), state: k.string(), attempts: k.int(), lastReply: k.string().optional() }),
      )
      .describe('What became of it.'),
  })
  .describe('One captured message.')

const WAIT_MS = 10_000
const LONGEST_WAIT_MS = 90_000

const WAITED = k.strictObject({
  ...INBOX_FILTER,
  timeout: k.int().min(0).max(LONGEST_WAIT_MS).default(WAIT_MS).describe('How long, in milliseconds.'),
})

async function whole(mail: Captured, inbox: Inbox, { mailer }: V1Ports): Promise<object> {
  const raw = await inbox.content(mail.id)
  if (raw === undefined) throw notFound(`${mail.id} is not kept any more`)
  const entry = await mailer.queue.show(mail.id).catch(() => undefined)
  return {
    ...mail,
    ...wholeContent(await wholeMessage(raw), mail.sizeBytes),
    outcomes: entry?.recipients ?? [],
  }
}

/** The newest that is there, or the first that comes. */
async function wait(
  { query, caller, request }: Asked<OutputOf<typeof WAITED>, unknown>,
  ports: V1Ports,
): Promise<object> {
  const { inbox } = captureOf(ports)
  const { timeout, ...asked } = query
  const filter = filterOf(asked, caller, ports)
  const [there] = inbox.find(filter)
  const mail = there ?? (await firstComing(inbox, filter, { timeout, request, clock: ports.clock }))
  if (mail !== undefined) return whole(mail, inbox, ports)
  const [newest] = inbox.find(filterOf({}, caller, ports))
  const seen =
    newest === undefined
      ? 'nothing was captured'
      : `the newest is to ${newest.recipients.join(', ')}: ${newest.subject}`
  throw new V1Error(408, 'wait_timeout', {
    message: `no such message came within ${timeout} ms; ${seen.slice(0, 500)}`,
  })
}

const read = { scope: 'content', about: 'own', method: 'GET' } as const

export const INBOX_ROUTES: readonly V1Route[] = [
  declare({
    ...read,
    path: '/v1/inbox',
    says: 'Captured messages, newest first.',
    query: k.strictObject({
      ...INBOX_FILTER,
      limit: k.int().min(1).max(500).default(50),
      offset: k.int().min(0).default(0),
    }),
    answers: k.strictObject({
      total: k.int().describe('How many there are of such.'),
      messages: k.array(SUMMARY_SHAPE),
      keptBytes: k.int().describe('Octets of all that are kept.'),
      mailboxes: k.array(k.string()).describe('Names of `relay.capture.mailboxes`.'),
    }),
    work: async ({ query, caller }, ports) => {
      const { inbox, mailboxes } = captureOf(ports)
      const { limit, offset, ...asked } = query
      const found = [...inbox.find(filterOf(asked, caller, ports))]
      return {
        total: found.length,
        messages: found.slice(offset, offset + limit),
        keptBytes: inbox.bytes,
        mailboxes: mailboxes.map(({ name }) => name),
      }
    },
  }),
  declare({
    ...read,
    path: '/v1/inbox/wait',
    says: 'The newest message that fits, whole; where there is none, the first that comes. 408 when none does in time.',
    query: WAITED,
    answers: WHOLE,
    waits: true,
    work: wait,
  }),
  declare({
    ...read,
    path: '/v1/inbox/events',
    says: 'Each captured message as it comes, as server-sent events called `captured`.',
    query: k.strictObject(INBOX_FILTER),
    answers: { type: 'text/event-stream' },
    work: async ({ query, caller, request }, ports) => {
      const signal = AbortSignal.any([request.signal, request.stopping])
      const told = coming(captureOf(ports).inbox, filterOf(query, caller, ports), signal)
      return eventStream(told, request, ports, { stillMay: () => ports.accessControl.stillMay(request, read.scope) })
    },
  }),
  declare({
    method: 'DELETE',
    path: '/v1/inbox',
    scope: 'operate',
    about: 'own',
    says: 'Removes the captured messages that fit; all of them only when that is said.',
    query: k.strictObject({ ...INBOX_FILTER, all: k.boolean().default(false) }),
    answers: k.strictObject({ removed: k.int() }),
    work: async ({ query, caller }, ports) => {
      const { inbox } = captureOf(ports)
      const { all, ...asked } = query
      if (!all && Object.values(asked).every(value => value === undefined))
        throw invalid({ where: 'the query', found: 'nothing in it', wanted: 'a filter, or all=true', fix: 'say which' })
      return { removed: await inbox.remove(filterOf(asked, caller, ports)) }
    },
  }),
  declare({
    ...read,
    path: '/v1/inbox/:id',
    says: 'One captured message, whole. It counts as read then.',
    answers: WHOLE,
    work: async ({ params, caller }, ports) => {
      const mail = mailOf(params.id ?? '', caller, ports)
      mail.isRead = true
      return whole(mail, captureOf(ports).inbox, ports)
    },
  }),
  declare({
    method: 'DELETE',
    path: '/v1/inbox/:id',
    scope: 'operate',
    about: 'own',
    says: 'Removes one captured message.',
    answers: k.strictObject({ removed: k.int() }),
    work: async ({ params, caller }, ports) => {
      const { id } = mailOf(params.id ?? '', caller, ports)
      return { removed: await captureOf(ports).inbox.remove({ id }) }
    },
  }),
  declare({
    ...read,
    path: '/v1/inbox/:id/raw',
    says: 'The octets of a captured message, as it would have left.',
    answers: { type: 'message/rfc822' },
    work: async ({ params, caller }, ports) => {
      const body = await captureOf(ports).inbox.stream(mailOf(params.id ?? '', caller, ports).id)
      if (body === undefined) throw notFound(`${params.id} is not kept any more`)
      return { status: 200, type: 'message/rfc822', body, headers: HARMLESS }
    },
  }),
  declare({
    ...read,
    path: '/v1/inbox/:id/html',
    says: 'Its html, with its own images, in a sandbox: nothing in it runs, and nothing is fetched.',
    query: HTML_VIEW,
    answers: { type: 'text/html' },
    work: async ({ params, query, caller }, ports) =>
      htmlOf(await readHtml(await contentOf(params.id ?? '', caller, ports)), query),
  }),
  declare({
    ...read,
    path: '/v1/inbox/:id/left-out',
    says: 'What of its html is not shown by `…/html`, or has no effect there.',
    answers: LEFT_OUT,
    work: async ({ params, caller }, ports) =>
      leftOutIn(await readHtml(await contentOf(params.id ?? '', caller, ports))),
  }),
  declare({
    ...read,
    path: '/v1/inbox/:id/check',
    says: 'What programs for mail do not show of its html and styles, by the data of caniemail.com.',
    answers: COMPATIBILITY,
    work: async ({ params, caller }, ports) => compatibility(await contentOf(params.id ?? '', caller, ports)),
  }),
  declare({
    ...read,
    path: '/v1/inbox/:id/parts/:part',
    says: 'The octets of one part, to be saved: it is never shown in its own type.',
    answers: { type: 'application/octet-stream' },
    work: async ({ params, caller }, ports) =>
      partOf(await wholeMessage(await contentOf(params.id ?? '', caller, ports)), params.part),
  }),
]
