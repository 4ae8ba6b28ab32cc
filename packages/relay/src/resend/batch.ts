/**
 * Batch: `POST /emails/batch`: up to a hundred mails, all of them or each by itself.
 *
 * Policy. What is queued of a batch is queued in one transaction. A strict batch is refused for what one of its mails is refused for; a
 * permissive one goes on without those, and says which. Its key stands for the whole request: given again, the first answer is given
 * again, and no rule is asked anew, for what was taken then may be refused by now.
 *
 * Not here: one mail's way into the queue (submission.ts).
 */
import { randomUUID } from 'node:crypto'
import type { Mailer } from '@postrider/core'
import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { uuidOf } from '../uuid/index.ts'
import { ApiError, invalid } from './api-error.ts'
import { readJson } from './body.ts'
import type { Caller } from './caller.ts'
import { type EmailFields, readEmail } from './email-fields.ts'
import { fingerprintOf, keyOfPath, readKey, type UnderWay } from './idempotency.ts'
import type { SendPorts } from './send.ts'
import { otherPayload, type Prepared, prepare, queueAll, requireCleared } from './submission.ts'

export interface BatchPorts extends SendPorts {
  readonly mailer: SendPorts['mailer'] & Pick<Mailer, 'batch'>
}

const MOST_IN_BATCH = 100
/** What a mail was refused for that would be taken by now. */
const REFUSED_THEN = 'This email was refused when the batch was first sent.'

/** A mail of the batch, or why it is none. */
type Read = EmailFields | ApiError

interface Asked {
  readonly request: HttpRequest
  readonly caller: Caller
  readonly isStrict: boolean
}

export class BatchSending {
  readonly #ports: BatchPorts
  readonly #underWay: UnderWay

  constructor(ports: BatchPorts, underWay: UnderWay) {
    this.#ports = ports
    this.#underWay = underWay
  }

  async send(request: HttpRequest, caller: Caller): Promise<HttpAnswer> {
    const given = readKey(request.header('idempotency-key'))
    const asked: Asked = { request, caller, isStrict: readValidation(request.header('x-batch-validation')) }
    const bodies = requireBatch(await readJson(request))
    const mails = bodies.map(body => readOne(body, this.#ports.clock.now()))
    const key = given === undefined ? undefined : keyOfPath('/emails/batch', given)
    return this.#underWay.alone(caller.account.name, key, async () => {
      if (key === undefined) return this.#sendNew(mails, asked, {})
      const fingerprint = fingerprintOf(
        mails.map((mail, at) => (mail instanceof ApiError ? { unread: bodies[at] } : mail)),
      )
      const first = await this.#ports.mailer.batch.find(key, MOST_IN_BATCH, { account: caller.account.name })
      const known = first.flatMap(each => each ?? [])
      if (known.length === 0) return this.#sendNew(mails, asked, { idempotencyKey: key, fingerprint })
      if (known.some(each => each.fingerprint !== fingerprint)) throw otherPayload()
      return this.#again(mails, first, asked)
    })
  }

  async #sendNew(
    mails: readonly Read[],
    asked: Asked,
    idempotency: { readonly idempotencyKey?: string; readonly fingerprint?: string },
  ): Promise<HttpAnswer> {
    const prepared: (Prepared | ApiError)[] = []
    for (const [index, mail] of mails.entries()) prepared.push(await this.#prepare(mail, index, asked))
    const places = prepared.flatMap((each, place) => (each instanceof ApiError ? [] : [{ ...each, place }]))
    const { request, isStrict } = asked
    const { policy } = this.#ports
    const receipts =
      places.length === 0 ? [] : await queueAll(places, policy, { ...idempotency, signal: request.signal })
    return answerOf(
      receipts.map(({ id }) => uuidOf(id)),
      isStrict ? undefined : prepared,
    )
  }

  /** What was answered the first time. */
  async #again(
    mails: readonly Read[],
    first: Awaited<ReturnType<Mailer['batch']['find']>>,
    { isStrict }: Asked,
  ): Promise<HttpAnswer> {
    const ids = first.flatMap(each => (each === undefined ? [] : [uuidOf(each.id)]))
    const outcomes = mails.map((mail, place) => {
      if (first[place] !== undefined) return undefined
      return mail instanceof ApiError ? mail : invalid(REFUSED_THEN)
    })
    return answerOf(ids, isStrict ? undefined : outcomes)
  }

  async #prepare(mail: Read, index: number, { request, caller, isStrict }: Asked): Promise<Prepared | ApiError> {
    try {
      if (mail instanceof ApiError) throw mail
      const prepared = await prepare(mail, this.#ports, { caller, request, id: randomUUID() })
      await requireCleared(prepared, this.#ports, request.signal)
      return prepared
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      const { statusCode, name, message, headers } = error
      // A limit that is reached ends both kinds: what comes after it would be refused too.
      if (isStrict || statusCode === 429) throw new ApiError(statusCode, name, `[${index}] ${message}`, headers)
      return error
    }
  }
}

/** @param outcomes of a permissive batch: what was refused, each in its place */
function answerOf(ids: readonly string[], outcomes: readonly unknown[] | undefined): HttpAnswer {
  const data = ids.map(id => ({ id }))
  if (outcomes === undefined) return { status: 200, value: { data } }
  const errors = outcomes.flatMap((each, index) => (each instanceof ApiError ? [{ index, message: each.message }] : []))
  return { status: 200, value: { data, errors } }
}

function readOne(body: unknown, now: number): Read {
  try {
    const fields = readEmail(body, now)
    return fields.draft.attachments === undefined ? fields : invalid('attachments: not in a batch')
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
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
