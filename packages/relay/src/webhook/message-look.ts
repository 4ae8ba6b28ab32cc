/**
 * MessageLook: what an event of another sender's form says of its message and the fact does not: who wrote it, its subject, its
 * Message-ID.
 *
 * Policy. Asked once for all events of one moment, and remembered no longer: whoever is erased, here or by another process, is not told of
 * a second later. Of a message that is not in the history any more the event is told with what the fact knows.
 */
import { type Clock, type Mailer, MailerError, type QueueId } from '@postrider/core'

export interface MessageLook {
  /** The Message-ID header, with angle brackets; empty when it is not known. */
  readonly header: string
  /** From as people see it. */
  readonly from: string
  readonly subject: string
  readonly acceptedAt?: number
}

const UNKNOWN: MessageLook = { header: '', from: '', subject: '' }
const MOST_REMEMBERED = 200
const REMEMBERED_MS = 1000

export class MessageLooks {
  readonly #show: Mailer['queue']['show']
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #remembered = new Map<QueueId, { readonly look: MessageLook; readonly until: number }>()

  constructor(queue: Pick<Mailer['queue'], 'show'>, clock: Pick<Clock, 'monotonic'>) {
    this.#show = id => queue.show(id)
    this.#clock = clock
  }

  async of(id: QueueId): Promise<MessageLook> {
    const known = this.#remembered.get(id)
    const now = this.#clock.monotonic()
    if (known !== undefined && now < known.until) return known.look
    this.#remembered.delete(id)
    const look = await this.#look(id)
    const [oldest] = this.#remembered.keys()
    if (oldest !== undefined && this.#remembered.size >= MOST_REMEMBERED) this.#remembered.delete(oldest)
    this.#remembered.set(id, { look, until: now + REMEMBERED_MS })
    return look
  }

  async #look(id: QueueId): Promise<MessageLook> {
    const entry = await this.#show(id).catch((error: unknown) => {
      if (MailerError.is(error) && error.code === 'unknown-message') return undefined
      throw error
    })
    if (entry === undefined) return UNKNOWN
    const { messageId = '', card, from, acceptedAt } = entry
    return {
      header: messageId,
      from: card?.from ?? from,
      subject: card?.subject ?? '',
      acceptedAt,
    }
  }
}
