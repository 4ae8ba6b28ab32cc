/**
 * Send: `POST /emails` and `POST /emails/batch`.
 *
 * Policy. A strict batch is looked at whole before its first mail is queued: what one of them is refused for refuses all. What is no
 * fault of theirs, such as a disk that fills up between two of them, leaves the first ones queued; the same request with its key queues
 * the rest, and none twice.
 *
 * Not here: one mail's way into the queue (submission.ts).
 */
import { randomUUID } from 'node:crypto'
import type { Clock } from '@postrider/core'
import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { ApiError, invalid } from './api-error.ts'
import { readJson } from './body.ts'
import type { Caller } from './caller.ts'
import { type EmailFields, readEmail } from './email-fields.ts'
import { uuidOf } from './email-id.ts'
import { fingerprintOf, keyOfPath, readKey, UnderWay } from './idempotency.ts'
import { type Prepared, prepare, queue, requireCleared, type SubmissionPorts } from './submission.ts'

export interface SendPorts extends SubmissionPorts {
  readonly clock: Pick<Clock, 'now'>
}

const MOST_IN_BATCH = 100

interface BatchError {
  readonly index: number
  readonly message: string
}

export class Sending {
  readonly #ports: SendPorts
  readonly #underWay = new UnderWay()

  constructor(ports: SendPorts) {
    this.#ports = ports
  }

  async one(request: HttpRequest, caller: Caller): Promise<HttpAnswer> {
    const given = readKey(request.header('idempotency-key'))
    const fields = readEmail(await readJson(request), this.#ports.clock.now())
    const key = given === undefined ? undefined : keyOfPath('/emails', given)
    return this.#underWay.alone(caller.account.name, key, async () => {
      const prepared = await prepare(fields, this.#ports, { caller, request, id: randomUUID() })
      const idempotency = key === undefined ? {} : { idempotencyKey: key, fingerprint: fingerprintOf([fields]) }
      const { id } = await queue(prepared, this.#ports.policy, { ...idempotency, signal: request.signal })
      return { status: 200, value: { id: uuidOf(id) } }
    })
  }

  async batch(request: HttpRequest, caller: Caller): Promise<HttpAnswer> {
    const given = readKey(request.header('idempotency-key'))
    const isStrict = readValidation(request.header('x-batch-validation'))
    const bodies = requireBatch(await readJson(request))
    const key = given === undefined ? undefined : keyOfPath('/emails/batch', given)
    return this.#underWay.alone(caller.account.name, key, async () => {
      const { ready, errors } = await this.#prepareAll(bodies, { request, caller, isStrict })
      const fingerprint = fingerprintOf(ready.map(({ fields }) => fields))
      const data: { readonly id: string }[] = []
      for (const [place, prepared] of ready.entries()) {
        const idempotency = key === undefined ? {} : { idempotencyKey: `${key}.${place}`, fingerprint }
        const { id } = await queue(prepared, this.#ports.policy, { ...idempotency, signal: request.signal })
        data.push({ id: uuidOf(id) })
      }
      return { status: 200, value: isStrict ? { data } : { data, errors } }
    })
  }

  async #prepareAll(
    bodies: readonly unknown[],
    {
      request,
      caller,
      isStrict,
    }: { readonly request: HttpRequest; readonly caller: Caller; readonly isStrict: boolean },
  ): Promise<{ readonly ready: readonly Prepared[]; readonly errors: readonly BatchError[] }> {
    const ready: Prepared[] = []
    const errors: BatchError[] = []
    for (const [index, body] of bodies.entries()) {
      try {
        const fields = readBatchEmail(body, this.#ports.clock.now())
        const prepared = await prepare(fields, this.#ports, { caller, request, id: randomUUID() })
        await requireCleared(prepared, this.#ports, request.signal)
        ready.push(prepared)
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        const { statusCode, name, message, headers } = error
        // A limit that is reached ends both kinds: what comes after it would be refused too.
        if (isStrict || statusCode === 429) throw new ApiError(statusCode, name, `[${index}] ${message}`, headers)
        errors.push({ index, message })
      }
    }
    return { ready, errors }
  }
}

function readBatchEmail(body: unknown, now: number): EmailFields {
  const fields = readEmail(body, now)
  if (fields.draft.attachments !== undefined) throw invalid('attachments: not in a batch')
  return fields
}

function readValidation(header = 'strict'): boolean {
  if (header === 'strict' || header === 'permissive') return header === 'strict'
  throw invalid('x-batch-validation: wanted strict or permissive')
}

function requireBatch(value: unknown): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid('wanted a list of 1 to 100 emails')
  if (value.length > MOST_IN_BATCH) throw invalid(`found ${value.length} emails, wanted at most ${MOST_IN_BATCH}`)
  return value
}
