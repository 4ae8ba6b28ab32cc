/**
 * MessageContent: what a message says, for as long as its bytes are kept: as it left, read for people, its html in a sandbox, its parts.
 *
 * Not here: what became of it (messages.ts), captured mail (inbox.ts).
 */
import { kinds as k } from '@postrider/core'
import type { Caller } from '../access-control/index.ts'
import { HARMLESS, readHtml, wholeMessage } from '../inbox/index.ts'
import { COMPATIBILITY, compatibility } from './compatibility.ts'
import { ownMessage } from './messages.ts'
import { notFound } from './v1-error.ts'
import { declare, type V1Ports, type V1Route } from './v1-route.ts'
import { HTML_VIEW, htmlOf, LEFT_OUT, leftOutIn, partOf, WHOLE_CONTENT, wholeContent } from './whole-content.ts'

/** @throws V1Error 404 when it is not there, another's, or its bytes are gone */
async function bytesOf(asked: string | undefined, caller: Caller, ports: V1Ports): Promise<Buffer> {
  const { entry, mailer } = await ownMessage(asked ?? '', caller, ports)
  const bytes = await mailer.messages.content(entry.id)
  if (bytes === undefined) throw notFound('its bytes are not kept: it is done')
  return bytes
}

const read = { method: 'GET', scope: 'content', about: 'own' } as const

export const MESSAGE_CONTENT_ROUTES: readonly V1Route[] = [
  ...['content', 'raw'].map(name =>
    declare({
      ...read,
      path: `/v1/messages/:id/${name}`,
      says: 'The bytes of a message, signed: until its last recipient is settled, and then for `queue.keepContentMs`.',
      answers: { type: 'message/rfc822' },
      work: async ({ params, caller }, ports) => {
        const bytes = await bytesOf(params.id, caller, ports)
        return { status: 200, type: 'message/rfc822', body: new Uint8Array(bytes), headers: HARMLESS }
      },
    }),
  ),
  declare({
    ...read,
    path: '/v1/messages/:id/mail',
    says: 'What a message says, for as long as its bytes are kept.',
    answers: k.strictObject({ sizeBytes: k.int(), ...WHOLE_CONTENT }),
    work: async ({ params, caller }, ports) => {
      const bytes = await bytesOf(params.id, caller, ports)
      return { sizeBytes: bytes.length, ...wholeContent(await wholeMessage(bytes), bytes.length) }
    },
  }),
  declare({
    ...read,
    path: '/v1/messages/:id/html',
    says: 'Its html, with its own images, in a sandbox: nothing in it runs, and nothing is fetched. `X-Postrider-Left-Out` tells what of a large one is not shown.',
    query: HTML_VIEW,
    answers: { type: 'text/html' },
    work: async ({ params, query, caller }, ports) =>
      htmlOf(await readHtml(await bytesOf(params.id, caller, ports)), query),
  }),
  declare({
    ...read,
    path: '/v1/messages/:id/left-out',
    says: 'What of its html is not shown by `…/html`, or has no effect there.',
    answers: LEFT_OUT,
    work: async ({ params, caller }, ports) => leftOutIn(await readHtml(await bytesOf(params.id, caller, ports))),
  }),
  declare({
    ...read,
    path: '/v1/messages/:id/check',
    says: 'What programs for mail do not show of its html and styles, by the data of caniemail.com.',
    answers: COMPATIBILITY,
    work: async ({ params, caller }, ports) => compatibility(await bytesOf(params.id, caller, ports)),
  }),
  declare({
    ...read,
    path: '/v1/messages/:id/parts/:part',
    says: 'The octets of one part, to be saved: it is never shown in its own type.',
    answers: { type: 'application/octet-stream' },
    work: async ({ params, caller }, ports) =>
      partOf(await wholeMessage(await bytesOf(params.id, caller, ports)), params.part),
  }),
]
