/**
 * Share: `POST /emails/:id/share`: a link to what became of a mail, for whoever it is given to.
 *
 * Policy. As long as Resend's, two days at most. What is shown is the timeline, not the mail.
 *
 * Not here: the page (public/), the proof in the link (link/).
 */
import type { PublicLinks } from '../link/index.ts'
import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { ApiError, invalid } from './api-error.ts'
import { readJson } from './body.ts'
import type { Caller } from './caller.ts'
import { type Fields, field, requireFields } from './field.ts'
import { findOwn, type LookPorts } from './look.ts'
import { readMoment } from './moment.ts'

export interface LinkPorts extends LookPorts {
  readonly links: PublicLinks
}

const LONGEST_MS = 48 * 3_600_000

export async function shareEmail(request: HttpRequest, caller: Caller, ports: LinkPorts): Promise<HttpAnswer> {
  const { id } = await findOwn(request.params.id ?? '', caller, ports)
  const now = ports.clock.now()
  const forMs = readTerm(field(await optionalFields(request), 'expires_in'), now)
  const url = ports.links.timeline(id, now + forMs)
  if (url === undefined) throw noLinks()
  return { status: 200, value: { object: 'email', id: (request.params.id ?? '').toLowerCase(), url } }
}

/** Where there is no public part, there is nowhere that a link could lead to. */
export function noLinks(): ApiError {
  return new ApiError(404, 'not_found', 'Postrider gives out links where relay.public.listen is set.')
}

/** Most SDKs send no body where nothing is wanted of it. */
async function optionalFields(request: HttpRequest): Promise<Fields> {
  const hasBody = Number(request.header('content-length') ?? 0) > 0 || request.header('transfer-encoding') !== undefined
  return hasBody ? requireFields(await readJson(request), '', ['expires_in']) : {}
}

/** `2 hours` */
function readTerm(value: unknown, now: number): number {
  if (value === undefined) return LONGEST_MS
  const end = typeof value === 'string' ? readMoment(`in ${value.replace(/^in\s+/i, '')}`, now) : undefined
  if (end !== undefined && end > now && end - now <= LONGEST_MS) return end - now
  throw invalid(`expires_in: found ${JSON.stringify(value)?.slice(0, 100)}, wanted a time such as 2 hours, at most 48`)
}
