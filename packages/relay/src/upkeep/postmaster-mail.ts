/**
 * PostmasterMail: what the operator is told by mail: of an account on hold, and of mail that failed and has no other reader.
 *
 * Policy. A message with a null sender, a bounce or an automatic answer, has nobody who could be told (RFC 5321 §6.1); when it
 * fails, the postmaster is, as by every mail server. Failures of a minute are one mail, so that a flood is none here. Mail to the
 * postmaster itself that fails is logged alone: telling of it would fail too.
 */
import { type Clock, type DurableFact, type Logger, type Mailer, MailerError } from '@postrider/core'
import type { Account } from '../account/index.ts'
import type { VolumeSpike } from '../admission/index.ts'

interface PostmasterOptions {
  readonly mailer: Pick<Mailer, 'send' | 'on' | 'queue'>
  readonly clock: Clock
  readonly logger: Logger
  readonly address: () => string
}

type Failed = Extract<DurableFact, { kind: 'bounced' | 'expired' }>

const GATHER_MS = 60_000
/** More are counted only. */
const MOST_TOLD = 50

export class Postmaster {
  readonly #it: PostmasterOptions
  readonly #failures: string[] = []
  #untold = 0
  #stopGathering: (() => void) | undefined
  #stops: readonly (() => void)[] = []

  constructor(options: PostmasterOptions) {
    this.#it = options
  }

  start(): void {
    const { mailer, logger } = this.#it
    const failed = (fact: Failed): void => {
      this.#failed(fact).catch((error: Error) => {
        const fields = { event: 'postmaster-not-told', to: fact.recipient, error: error.message }
        logger.error(fields, 'the postmaster could not be told')
      })
    }
    this.#stops = [mailer.on('bounced', failed), mailer.on('expired', failed)]
  }

  /** An account is on hold. */
  held({ name }: Account, { today, usual }: VolumeSpike): void {
    this.#it.logger.warn({ event: 'account-held', account: name, today, usual }, 'volume far above usual')
    this.#tell(`Postrider holds the mail of ${name}`, [
      `The account ${name} has sent to ${today} recipients today; on its other days it sends to about ${usual}.`,
      'A password that was stolen looks like this. What it submits from now on is taken and held, not delivered.',
      '',
      `Look:     postrider queue list --account ${name}`,
      `Deliver:  postrider queue release --account ${name}`,
      `Discard:  postrider queue cancel --account ${name}`,
      `Lock out: postrider user passwd ${name}`,
    ])
  }

  close(): void {
    for (const stop of this.#stops) stop()
    this.#stopGathering?.()
  }

  async #failed({ messageId, recipient, detail }: Failed): Promise<void> {
    const { mailer, clock, address, logger } = this.#it
    // What is not in the history any more, or cannot be asked for now, stands in the log.
    const entry = await mailer.queue.show(messageId).catch(() => undefined)
    if (entry?.from !== '') return
    if (recipient.toLowerCase() === address().toLowerCase()) {
      logger.error({ event: 'postmaster-not-told', to: recipient, error: detail }, 'the postmaster could not be told')
      return
    }
    if (this.#failures.length < MOST_TOLD) this.#failures.push(`${messageId} to ${recipient}: ${detail}`)
    else this.#untold++
    this.#stopGathering ??= clock.after(GATHER_MS, () => this.#tellFailures(), { idle: true })
  }

  #tellFailures(): void {
    this.#stopGathering = undefined
    const count = this.#failures.length + this.#untold
    const more = this.#untold === 0 ? [] : [`and ${this.#untold} more, which the log has.`]
    this.#tell(`Postrider could not deliver ${count === 1 ? 'a message' : `${count} messages`} without a sender`, [
      'Bounces and automatic answers have no sender who could be told. These failed:',
      '',
      ...this.#failures,
      ...more,
      '',
      'The whole story of each: postrider explain ID',
    ])
    this.#failures.length = 0
    this.#untold = 0
  }

  #tell(subject: string, lines: readonly string[]): void {
    const { mailer, logger, address } = this.#it
    const to = address()
    const headers = { 'Auto-Submitted': 'auto-generated' }
    const text = `${lines.join('\n')}\n`
    // Whoever runs this relay does not unsubscribe from it.
    mailer.send({ from: to, to, subject, text, headers }, { unsubscribe: 'as-given' }).catch((error: unknown) => {
      if (MailerError.is(error) && error.code === 'closed') return
      logger.error(
        { event: 'postmaster-not-told', to, error: (error as Error).message },
        'the postmaster could not be told',
      )
    })
  }
}
