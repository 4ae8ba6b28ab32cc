/**
 * Attachments: `GET /emails/:id/attachments` and the one of them: what a mail carried, each with a link that is good for an hour.
 *
 * Policy. As long as the bytes of a mail are kept (`queue.keepContentMs`); of a mail that is done and not kept there are none. An id is
 * that of the mail with the place of the part at its end: a UUID, as some SDKs want it, and no table.
 *
 * Not here: the octets themselves (public/), attachments of a mail that is sent (attachment.ts).
 */
import { Buffer } from 'node:buffer'
import { mailReader, type QueueId, uuidOf } from '@postrider/core'
import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { ApiError, invalid } from './api-error.ts'
import type { Caller } from './caller.ts'
import { findOwn } from './look.ts'
import { type LinkPorts, noLinks } from './share.ts'

type ReadMessage = ReturnType<Awaited<ReturnType<typeof mailReader>>['readMessage']>
type Part = ReadMessage['parts'][number]

const LINK_MS = 3_600_000
const USUAL_LIMIT = 20
const MOST_LISTED = 100
/** Of the bits of the id that are unused, the last three digits. */
const PLACE_DIGITS = 3

export async function listAttachments(request: HttpRequest, caller: Caller, ports: LinkPorts): Promise<HttpAnswer> {
  const { id, parts } = await attachmentsOf(request, caller, ports)
  const { query } = request
  const limit = Number(query.get('limit') ?? USUAL_LIMIT)
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_LISTED) throw invalid('limit: wanted 1 to 100')
  const [after, before] = [query.get('after'), query.get('before')]
  if (after !== null && before !== null) throw invalid('wanted `after` or `before`, not both')
  const placeOf = (edge: string): number => parts.findIndex(part => idOf(id, part) === edge.toLowerCase())
  const end = before === null ? parts.length : placeOf(before)
  const from = before === null ? (after === null ? 0 : placeOf(after) + 1) : Math.max(0, end - limit)
  const page = parts.slice(from, Math.min(from + limit, end))
  const hasMore = before === null ? from + limit < end : from > 0
  const data = page.map(part => shown(id, part, ports))
  return { status: 200, value: { object: 'list', has_more: hasMore, data } }
}

export async function showAttachment(request: HttpRequest, caller: Caller, ports: LinkPorts): Promise<HttpAnswer> {
  const { id, parts } = await attachmentsOf(request, caller, ports)
  const part = parts.find(each => idOf(id, each) === request.params.attachment?.toLowerCase())
  if (part === undefined) throw new ApiError(404, 'not_found', 'Attachment not found')
  return { status: 200, value: { object: 'attachment', ...shown(id, part, ports) } }
}

async function attachmentsOf(request: HttpRequest, caller: Caller, ports: LinkPorts) {
  const { id } = await findOwn(request.params.id ?? '', caller, ports)
  const bytes = await ports.mailer.messages.content(id)
  if (bytes === undefined) return { id, parts: [] }
  const { readMessage } = await mailReader()
  const { parts } = readMessage(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const isOne = ({ isAttachment, contentId, number }: Part): boolean =>
    (isAttachment || contentId !== undefined) && number < 16 ** PLACE_DIGITS
  return { id, parts: parts.filter(isOne) }
}

function shown(id: QueueId, part: Part, { links, clock }: LinkPorts): object {
  const until = clock.now() + LINK_MS
  const url = links.attachment(id, part.number, until)
  if (url === undefined) throw noLinks()
  return {
    id: idOf(id, part),
    ...(part.filename !== undefined && { filename: part.filename }),
    size: part.octets().length,
    content_type: part.type,
    content_disposition: part.contentId === undefined ? 'attachment' : 'inline',
    ...(part.contentId !== undefined && { content_id: part.contentId }),
    download_url: url,
    expires_at: new Date(until).toISOString(),
  }
}

function idOf(id: QueueId, { number }: Part): string {
  return `${uuidOf(id).slice(0, -PLACE_DIGITS)}${number.toString(16).padStart(PLACE_DIGITS, '0')}`
}
