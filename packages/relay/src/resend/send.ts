/**
 * Send: `POST /emails`.
 *
 * Policy. A key that is known is answered as the first time, and no rule is asked anew: what was taken then may be refused by now.
 *
 * Not here: several at once (batch.ts), a mail's way into the queue (submission.ts).
 */
import { randomUUID } from 'node:crypto'
import type { Clock, Mailer, Receipt } from '@postrider/core'
import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { uuidOf } from '../uuid/index.ts'
import { readJson } from './body.ts'
import type { Caller } from './caller.ts'
import { readEmail } from './email-fields.ts'
import { fingerprintOf, keyOfPath, readKey, type UnderWay } from './idempotency.ts'
import { otherPayload, prepare, queue, type SubmissionPorts } from './submission.ts'

export interface SendPorts extends SubmissionPorts {
  readonly mailer: SubmissionPorts['mailer'] & Pick<Mailer, 'messages'>
  readonly clock: Pick<Clock, 'now'>
}

export async function sendEmail(
  request: HttpRequest,
  caller: Caller,
  { ports, underWay }: { readonly ports: SendPorts; readonly underWay: UnderWay },
): Promise<HttpAnswer> {
  const given = readKey(request.header('idempotency-key'))
  const fields = readEmail(await readJson(request), ports.clock.now())
  const account = caller.account.name
  const key = given === undefined ? undefined : keyOfPath('/emails', given)
  return underWay.alone(account, key, async () => {
    if (key === undefined) return answerOf(await queueNew({}))
    const fingerprint = fingerprintOf([fields])
    const first = await ports.mailer.messages.findByKey(key, { account })
    if (first !== undefined && first.fingerprint !== fingerprint) throw otherPayload()
    return answerOf(first ?? (await queueNew({ idempotencyKey: key, fingerprint })))
  })

  async function queueNew(idempotency: { readonly idempotencyKey?: string; readonly fingerprint?: string }) {
    const prepared = await prepare(fields, ports, { caller, request, id: randomUUID() })
    return queue(prepared, ports.policy, { ...idempotency, signal: request.signal })
  }
}

function answerOf({ id }: Pick<Receipt, 'id'>): HttpAnswer {
  return { status: 200, value: { id: uuidOf(id) } }
}
