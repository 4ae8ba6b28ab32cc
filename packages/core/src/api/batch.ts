/**
 * Batch: several messages that go into the queue together: all of them, or none.
 *
 * Policy. Each is composed, cleared and signed first, at once with the others; then one transaction takes them. What one of them is refused
 * for refuses all, and says which. One idempotency key stands for the whole batch: given again with the same messages, the receipts
 * are those of the first time. A caller that gives up when they are being written has them sent.
 *
 * Not here: drafts that are sent each by itself (send-many.ts), one message (mailer.ts).
 */
import type { MailerParts } from '../assembly/mailer-parts.ts'
import { digestOfFields, digestOfRaw } from '../flow/idempotency.ts'
import type { RawSubmission } from '../flow/submission.ts'
import { submitAll, type Together } from '../flow/submit-all.ts'
import type { Draft } from '../model/draft.ts'
import { shown, wrongValue } from '../model/wrong-value.ts'
import { check, checkKeys, KINDS } from './arguments.ts'
import { makeReceipt } from './make-receipt.ts'
import { type FirstOfKey, firstOf } from './messages.ts'
import { readRawSubmission } from './read-raw-submission.ts'
import { checkStartWithin, requestOf } from './read-send-options.ts'
import type { AcceptOptions, Receipt, SendOptions } from './receipt.ts'
import type { BatchMessage, BatchOptions } from './requests.ts'
import type { WorkUnderWay } from './work-under-way.ts'

const MOST = 1000

type Shared = Omit<SendOptions, 'idempotencyKey' | 'signal'>

/** Several messages in one transaction: all of them are queued, or none is. */
export class Batch {
  readonly #parts: MailerParts
  readonly #work: WorkUnderWay

  constructor(parts: MailerParts, work: WorkUnderWay) {
    this.#parts = parts
    this.#work = work
  }

  /**
   * Sends up to 1000 drafts, all of them or none. The receipts are in the order of the drafts.
   * @throws MailerError as `mailer.send`, with the place of the draft
   */
  async send(drafts: readonly Draft[], options: BatchOptions & Shared = {}): Promise<readonly Receipt[]> {
    requireSome(drafts, 'drafts')
    checkKeys(options, { ...KINDS.send, ...KINDS.batch })
    const { idempotencyKey, fingerprint, signal, startWithinMs, ...shared } = options
    const key = keyOf(options)
    return this.#run(options, () => ({
      all: drafts.map((draft, place) => ({
        draft,
        request: { ...requestOf(shared, draft?.tags ?? {}, this.#parts), ...key(place) },
      })),
      digest: () => digestOfFields(drafts),
    }))
  }

  /**
   * Takes up to 1000 ready messages, all of them or none.
   * @throws MailerError as `mailer.accept`, with the place of the message
   */
  async accept(messages: readonly BatchMessage[], options: BatchOptions = {}): Promise<readonly Receipt[]> {
    requireSome(messages, 'messages')
    checkKeys(options, KINDS.batch)
    const key = keyOf(options)
    const { recipients } = this.#parts.live.options.limits
    return this.#run(options, () => {
      const all = messages.map((message, place): RawSubmission => {
        checkKeys(message, KINDS.batchMessage, `messages[${place}]`)
        const { raw, envelope, options: own = {}, place: standing = place } = message
        checkKeys(own, KINDS.accept, `messages[${place}].options`)
        const request = { ...requestOf(own, own.tags ?? {}, this.#parts), ...key(standing) }
        return readRawSubmission(raw, envelope, own, { request, recipients })
      })
      if (options.idempotencyKey === undefined || options.fingerprint !== undefined) return { all }
      // Octets that are ours are written into when they are completed.
      const digest = digestOfFields(all.map(({ raw, envelope }) => digestOfRaw(raw, envelope)))
      return { all, digest: () => digest }
    })
  }

  /**
   * What stands at each place of a batch that was accepted under this key; undefined where nothing does.
   * @param places how many to look at
   */
  async find(
    idempotencyKey: string,
    places: number,
    options: Pick<AcceptOptions, 'account'> = {},
  ): Promise<readonly (FirstOfKey | undefined)[]> {
    check(idempotencyKey, 'string', 'idempotencyKey')
    check(places, 'count', 'places')
    if (places < 1 || places > MOST)
      throw wrongValue('invalid-option', { where: 'places', found: shown(places), wanted: `1 to ${MOST}` })
    checkKeys(options, { account: 'string' })
    const keys = Array.from({ length: places }, (_, place) => keyAt(idempotencyKey, place))
    const found = await this.#parts.store.findKeys(keys, options.account)
    return found.map(firstOf)
  }

  async #run(options: BatchOptions, read: () => Together): Promise<readonly Receipt[]> {
    checkStartWithin(options)
    return this.#work.run(options, async (signal, begun, leftMs) => {
      const { all, digest } = read()
      const { idempotencyKey, fingerprint } = options
      const stands = fingerprint === undefined ? digest : () => fingerprint
      const together = idempotencyKey === undefined || stands === undefined ? { all } : { all, digest: stands }
      const submitted = await submitAll(together, this.#parts.submission, { signal, begun, leftMs })
      return Promise.all(submitted.map(each => makeReceipt(each, this.#parts, this.#work)))
    })
  }
}

function keyOf({ idempotencyKey }: BatchOptions): (place: number) => { readonly idempotencyKey?: string } {
  if (idempotencyKey === undefined) return () => ({})
  if (idempotencyKey !== '' && idempotencyKey.length <= 255)
    return place => ({ idempotencyKey: keyAt(idempotencyKey, place) })
  throw wrongValue('invalid-option', {
    where: 'idempotencyKey',
    found: `${idempotencyKey.length} characters`,
    wanted: '1 to 255 characters',
  })
}

/** No key of one message ends so. */
function keyAt(key: string, place: number): string {
  return `${key}\n${place}`
}

function requireSome(list: readonly unknown[], where: string): void {
  check(list, 'array', where)
  if (list.length > 0 && list.length <= MOST) return
  throw wrongValue('invalid-option', { where, found: shown(list.length), wanted: `1 to ${MOST} of them` })
}
