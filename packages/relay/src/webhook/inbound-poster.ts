/**
 * InboundPoster: mail that came in, posted to an endpoint while its sender waits for the reply.
 *
 * Policy. The sender is told 250 when the endpoint took it, and no sooner: what the endpoint does not take stays in the queue of the sender,
 * which tries again for days (RFC 5321 §4.5.4.1), so nothing is kept here, and nothing is lost when we die. 403 and 410 say that the mail is
 * not wanted, as with Postmark; every other answer, and none, is for later. It is signed as our webhooks are, with an id that is the same
 * each time. Few are under way at once: each is in memory as a whole.
 *
 * Not here: its form (postmark-inbound.ts), to whom it is posted (the listener's aliases.ts). RFC 5321 §4.5.3.2.6 for how long senders wait.
 */
import type { Buffer } from 'node:buffer'
import { type Clock, mailReader } from '@postrider/core'
import { postTo } from './post-event.ts'
import { openPoster, type Poster } from './poster.ts'
import { postmarkInbound } from './postmark-inbound.ts'
import { type Sign, signer } from './signature.ts'

/** Where mail of an alias is posted to. */
export interface InboundEndpoint {
  readonly url: string
  readonly secret: string
  readonly previousSecret?: string | undefined
}

export type InboundAnswer = 'taken' | 'refused' | 'later' | 'busy'

/** At once, of all endpoints. */
const MOST_UNDER_WAY = 8
/** Of an endpoint whose answer says so, its mail is not wanted. */
const REFUSALS = ['gone', 'status 403'] as const

interface Line {
  readonly poster: Poster
  readonly sign: Sign
}

export class InboundPoster {
  readonly #clock: Clock
  readonly #lines = new Map<string, Line>()
  #underWay = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Never rejects for what an endpoint does. @throws MailerError `invalid-option` when its secret cannot be read */
  async post(
    endpoint: InboundEndpoint,
    mail: { readonly mail: Buffer; readonly to: string },
  ): Promise<{ readonly result: InboundAnswer; readonly id: string; readonly answer: string }> {
    if (this.#underWay >= MOST_UNDER_WAY) return { result: 'busy', id: '', answer: 'not posted' }
    this.#underWay++
    try {
      const { readMessage } = await mailReader()
      const { id, body } = postmarkInbound(readMessage(mail.mail), mail)
      const { poster, sign } = await this.#lineTo(endpoint)
      const { answer } = await postTo(poster, { id, body, sign }, this.#clock)
      const isRefused = REFUSALS.some(one => one === answer)
      return { result: answer === 'taken' ? 'taken' : isRefused ? 'refused' : 'later', id, answer }
    } finally {
      this.#underWay--
    }
  }

  close(): void {
    for (const { poster } of this.#lines.values()) poster.destroy()
    this.#lines.clear()
  }

  async #lineTo(endpoint: InboundEndpoint): Promise<Line> {
    const { url, secret, previousSecret } = endpoint
    const key = JSON.stringify([url, secret, previousSecret])
    const known = this.#lines.get(key)
    if (known !== undefined) return known
    const line = { sign: inboundSigner(endpoint), poster: await openPoster(this.#clock, url) }
    this.#lines.set(key, line)
    return line
  }
}

/** What signs the mail of an alias. @throws MailerError `invalid-option` when its secret cannot be read */
export function inboundSigner({ secret, previousSecret }: InboundEndpoint): Sign {
  return signer([secret, ...(previousSecret === undefined ? [] : [previousSecret])], 'relay.inbound.aliases')
}
