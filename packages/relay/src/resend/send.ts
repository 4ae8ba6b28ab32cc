/**
 * Send: `POST /emails`.
 *
 * Policy. A key that is known is answered as the first time, and no rule is asked anew: what was taken then may be refused by now.
 *
 * Not here: several at once (batch.ts), a mail's way into the queue (submission.ts).
 */
import { randomUUID } from 'node:crypto'
import type { Clock, Mailer } from '@postrider/core'
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
  const fingerprint = fingerprintOf([fields])
  return underWay.alone(account, key, async () => {
    const first = key === undefined ? undefined : await ports.mailer.messages.findByKey(key, { account })
    if (first !== undefined && first.fingerprint !== fingerprint) throw otherPayload()
    const { id } = first ?? (await queueNew())
    return { status: 200, value: { id: uuidOf(id) } }
  })

  async function queueNew() {
    const prepared = await prepare(fields, ports, { caller, request, id: randomUUID() })
    const idempotency = key === undefined ? {} : { idempotencyKey: key, fingerprint }
    return queue(prepared, ports.policy, { ...idempotency, signal: request.signal })
  }
}
