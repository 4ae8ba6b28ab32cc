/**
 * InboxRelease: captured mail that goes out after all, to an address of `relay.capture.release`, and what answers at its links: what
 * leaves a relay from which nothing leaves, because somebody asked for it.
 *
 * Policy. A release is asked for twice. Links are asked because somebody says so, and never by themselves.
 *
 * Not here: the list and the word of confirmation (inbox/releases.ts), how links are asked (inbox/ask-links.ts).
 */
import { kinds as k } from '@postrider/core'
import type { Caller } from '../access-control/index.ts'
import { LINK_PROBLEMS, wholeMessage } from '../inbox/index.ts'
import { captureOf, contentOf, mailOf } from './inbox-asked.ts'
import { ADDRESS, QUEUE_ID, text, time } from './shapes.ts'
import { busy } from './v1-error.ts'
import { declare, type V1Route } from './v1-route.ts'

export const INBOX_RELEASE_ROUTES: readonly V1Route[] = [
  declare({
    method: 'POST',
    path: '/v1/inbox/:id/release',
    scope: 'operate',
    about: 'own',
    says: 'Sends a captured message to an address of `relay.capture.release`: first it says what would be done and gives a word, and with that word as `confirm` it does.',
    body: k.strictObject({
      to: ADDRESS.describe('Who gets it, and nobody else.'),
      confirm: text('The word of the first asking.').optional(),
    }),
    answers: k.strictObject({
      released: k.boolean(),
      to: k.string(),
      from: text('The reverse-path; empty for notices.'),
      subject: k.string(),
      sizeBytes: k.int(),
      id: QUEUE_ID.describe('Of the message that goes out.').optional(),
      hosts: k.array(k.string()).describe('Where it would be tried, the first first.').optional(),
      noRoute: text('Why it could not be delivered now.').optional(),
      confirm: text('To be said again with the second asking.').optional(),
      until: time('How long that word is good.').optional(),
    }),
    work: async ({ params, body: { to, confirm }, caller }, ports) => {
      const mail = mailOf(params.id ?? '', caller, ports)
      const { releases } = captureOf(ports)
      const wanted = { mail, to, by: nameOf(caller) }
      const { from, subject, sizeBytes } = mail
      const shown = { to, from, subject, sizeBytes }
      if (confirm === undefined) return { released: false, ...shown, ...(await releases.plan(wanted)) }
      const id = await releases.send(wanted, await contentOf(mail.id, caller, ports), confirm)
      return { released: true, ...shown, id }
    },
  }),
  declare({
    method: 'GET',
    path: '/v1/inbox/:id/releases',
    scope: 'content',
    about: 'own',
    says: 'Where a captured message may be released to, and what became of it where it was.',
    answers: k.strictObject({
      allowed: k.array(k.string()).describe('Addresses, and `*@` and a domain: `relay.capture.release`.'),
      releases: k.array(
        k.strictObject({
          id: QUEUE_ID,
          to: k.string(),
          at: time('When it was released.'),
          state: k.string(),
          attempts: k.int(),
          lastReply: k.string().optional(),
        }),
      ),
    }),
    work: async ({ params, caller }, ports) => {
      const { id } = mailOf(params.id ?? '', caller, ports)
      const { releases } = captureOf(ports)
      return { allowed: releases.allowed, releases: await releases.list(id) }
    },
  }),
  declare({
    method: 'POST',
    path: '/v1/inbox/:id/links',
    scope: 'content',
    about: 'own',
    waits: true,
    says: 'Asks what answers at the links of a captured message, images too. It opens each of them: what a link confirms may be confirmed by it.',
    answers: k.strictObject({
      links: k.array(
        k.strictObject({
          url: k.string(),
          hops: k
            .array(k.strictObject({ url: k.string(), status: k.int() }))
            .describe('Redirects on the way, and the last answer.'),
          status: k.int().describe('Of the last answer.').optional(),
          problem: k.enum(LINK_PROBLEMS).optional(),
          detail: k.string().optional(),
          tookMs: k.int(),
        }),
      ),
    }),
    work: async ({ params, caller, request }, ports) => {
      const { links } = await wholeMessage(await contentOf(params.id ?? '', caller, ports))
      const urls = [...new Set(links.map(({ url }) => url))].filter(url => /^https?:/i.test(url))
      const signal = AbortSignal.any([request.signal, request.stopping])
      const asked = await captureOf(ports).askLinks(urls, signal)
      if (asked === undefined) throw busy('links of other messages are being asked', 5)
      return { links: asked }
    },
  }),
]

function nameOf(caller: Caller): string {
  return caller.kind === 'session' ? `user ${caller.session.user}` : `key ${caller.key.id}`
}
