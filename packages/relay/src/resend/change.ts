/**
 * Change: `POST /emails/:id/cancel` and `PATCH /emails/:id`: a mail that waits for its hour is taken back, or gets another.
 *
 * Policy. As Resend does: only what is scheduled. What was tried already is the operator's to take back, or to send on.
 */
import { type Mailer, MailerError } from '@postrider/core'
import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { ApiError, invalid } from './api-error.ts'
import { readJson } from './body.ts'
import type { Caller } from './caller.ts'
import { readScheduledAt } from './email-fields.ts'
import { field, requireFields } from './field.ts'
import { findOwn, isScheduled, type LookPorts } from './look.ts'

type Own = Awaited<ReturnType<typeof findOwn>>

export async function cancelEmail(request: HttpRequest, caller: Caller, ports: LookPorts): Promise<HttpAnswer> {
  const { id } = await findScheduled(request, caller, ports, 'canceled')
  if ((await ports.mailer.queue.cancel(id)) === 0) throw notScheduled('canceled')
  return changed(request)
}

export async function rescheduleEmail(request: HttpRequest, caller: Caller, ports: LookPorts): Promise<HttpAnswer> {
  const fields = requireFields(await readJson(request), '', ['scheduled_at'])
  const at = readScheduledAt(field(fields, 'scheduled_at'), ports.clock.now())
  if (at === undefined) throw new ApiError(422, 'missing_required_field', 'Missing `scheduled_at` field.')
  const { id } = await findScheduled(request, caller, ports, 'updated')
  await reschedule(ports.mailer, id, at)
  return changed(request)
}

async function findScheduled(request: HttpRequest, caller: Caller, ports: LookPorts, what: string): Promise<Own> {
  const own = await findOwn(request.params.id ?? '', caller, ports)
  if (isScheduled(own.entry, ports.clock.now())) return own
  throw notScheduled(what)
}

async function reschedule({ queue }: Pick<Mailer, 'queue'>, id: Own['id'], at: number): Promise<void> {
  try {
    await queue.reschedule(id, at)
  } catch (error) {
    // Its hour came in between.
    if (MailerError.is(error) && error.code === 'not-possible') throw notScheduled('updated')
    throw error
  }
}

function notScheduled(what: string): ApiError {
  return invalid(`Only an email that is scheduled can be ${what}`)
}

function changed({ params: { id = '' } }: HttpRequest): HttpAnswer {
  return { status: 200, value: { object: 'email', id: id.toLowerCase() } }
}
