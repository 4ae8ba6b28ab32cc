/**
 * Change: `POST /emails/:id/cancel`: a mail that waits for its hour is taken back.
 *
 * Policy. As Resend does: only what is scheduled. What was tried already is the operator's to take back.
 */

import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { invalid } from './api-error.ts'
import type { Caller } from './caller.ts'
import { findOwn, isScheduled, type LookPorts } from './look.ts'

export async function cancelEmail(request: HttpRequest, caller: Caller, ports: LookPorts): Promise<HttpAnswer> {
  const given = request.params.id ?? ''
  const { id, entry } = await findOwn(given, caller, ports)
  if (!isScheduled(entry, ports.clock.now()) || (await ports.mailer.queue.cancel(id)) === 0)
    throw invalid('Only an email that is scheduled can be canceled')
  return { status: 200, value: { object: 'email', id: given.toLowerCase() } }
}
