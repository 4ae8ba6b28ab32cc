/**
 * Attachment: one part of a message, for whoever was given the link to it, to be saved.
 *
 * Policy. It is never shown in its own type, and runs nothing: it comes from others. Where its bytes are not kept any more there is no such
 * link.
 */
import { Buffer } from 'node:buffer'
import { type Mailer, mailReader } from '@postrider/core'
import { readLink } from '../link/index.ts'
import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { PAGE_HEADERS } from './page.ts'
import { type LinkPorts, unlessUnknown } from './timeline.ts'
import { noSuchLink } from './unsubscribe.ts'

export interface AttachmentPorts extends LinkPorts {
  readonly mailer: Pick<Mailer, 'messages'>
}

export async function giveAttachment(request: HttpRequest, ports: AttachmentPorts): Promise<HttpAnswer> {
  const link = readLink(request.params.token ?? '', ports.linkKeys(), ports.clock.now())
  if (typeof link === 'string' || link.kind !== 'attachment') return noSuchLink(request)
  const bytes = await ports.mailer.messages.content(link.id).catch(unlessUnknown)
  if (bytes === undefined) return noSuchLink(request)
  const { readMessage } = await mailReader()
  const { parts } = readMessage(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const part = parts.find(({ number }) => number === link.part)
  if (part === undefined) return noSuchLink(request)
  const headers = { ...PAGE_HEADERS, 'content-disposition': dispositionOf(part.filename) }
  return { status: 200, type: 'application/octet-stream', body: new Uint8Array(part.octets()), headers }
}

/** RFC 6266 §5: a name in ASCII, and the one that is meant. */
function dispositionOf(filename = ''): string {
  const name = filename.replace(/[\p{Cc}\p{Cf}/\\]/gu, '').slice(0, 200)
  if (name === '') return 'attachment'
  const plain = name.replace(/[^\x20-\x7e]|["%]/g, '_')
  const exact = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    sign => `%${sign.charCodeAt(0).toString(16)}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`
}
