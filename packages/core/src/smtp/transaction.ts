/**
 * Transaction: MAIL, RCPT and DATA of one message on a ready session. RFC 5321 §3.3, RFC 2920.
 *
 * Policy. It collects what the server answers for each recipient and decides nothing. With PIPELINING the envelope and DATA
 * are one write, and the message with its final dot the next; without it, each command waits for its reply. Only what the
 * server offered is used. A transaction whose last command has its reply leaves the session ready, any other breaks it.
 * A 421 may come as the reply to anything: when the server then hangs up, it is the answer for all who have none.
 *
 * Not here: how many recipients one transaction takes (deliver/transmit.ts), what an answer means (outcome/).
 */
import { Buffer } from 'node:buffer'
import { type Address, needsSmtpUtf8 } from '../model/address.ts'
import type { Loss, RecipientAnswer, Stage } from '../model/evidence.ts'
import type { JobRecipient } from '../model/job.ts'
import type { MessageBlocks, MessageContent, MessageFacts } from '../model/message.ts'
import type { Reply } from '../model/reply.ts'
import { DATA, mail, RSET, rcpt } from './command.ts'
import { DotStuffer, dotStuffed, FINAL_DOT } from './dot-stuffing.ts'
import { lost, refused, SmtpError } from './errors.ts'
import type { Session } from './session.ts'

export interface Transaction {
  readonly reversePath: Address | null
  readonly recipients: readonly JobRecipient[]
  readonly facts: MessageFacts
  readonly content: MessageContent
  readonly ret?: 'full' | 'headers'
  readonly envid?: string
  readonly requireTls: boolean
  /**
   * Called right before the write that holds the final dot; what it returns is called once the reply is there. `undefined`: the
   * dot may not be sent any more, because the message may be another's to deliver by now.
   */
  /** Called as it begins. */
  readonly nearFinalDot?: (() => void) | undefined
  readonly enterFinalDot: () => (() => void) | undefined
}

/** A message larger than this is sent in blocks, each with a deadline of its own. RFC 5321 §4.5.3.2.5 */
const BLOCK_OCTETS = 262_144
const LONE_DOT: readonly Buffer[] = [FINAL_DOT]

/**
 * Adds to `answers` what the server says, recipient by recipient, as it says it.
 * @throws SmtpError when the rest of the recipients get no answer. The session is then broken, except where the message
 *   itself cannot be sent to this server and nothing was said at all.
 */
export async function transact(
  session: Session,
  transaction: Transaction,
  answers: RecipientAnswer[],
  signal: AbortSignal,
): Promise<void> {
  const obstacle = obstacleTo(session, transaction)
  if (obstacle !== undefined) throw new SmtpError({ loss: obstacle })
  session.begin(signal)
  const turn = new MailTransaction(session, transaction, answers)
  let how: 'clean' | 'unclean' = 'unclean'
  try {
    await turn.run()
    if (!turn.closing) how = 'clean'
  } catch (error) {
    if (!turn.answeredByClosing(error)) throw error
  } finally {
    session.end(how)
  }
}

/** Why this message cannot be sent to this server, whatever it would say. */
function obstacleTo({ extensions, hop, tls }: Session, transaction: Transaction): Loss | undefined {
  const { facts } = transaction
  const found = (code: Loss['code'], detail: string): Loss => ({ stage: 'mail', code, detail })
  // RFC 8689 §5: what has an empty return-path, a notice, is not held back for want of REQUIRETLS.
  const demanded = transaction.requireTls && transaction.reversePath !== null
  if (demanded && !extensions.requireTls)
    return found('requiretls-missing', `${hop.host} does not offer REQUIRETLS (RFC 8689)`)
  // RFC 8689 §4.2.1: the next hop must be verified, too; the route has said so, and this is the last door.
  if (demanded && !isVerified(tls))
    return found(
      'requiretls-missing',
      `the connection to ${hop.host} is not verified, as REQUIRETLS demands (RFC 8689)`,
    )
  if (wantsSmtpUtf8(transaction) && !extensions.smtpUtf8)
    return found('smtputf8-missing', `${hop.host} does not offer SMTPUTF8 (RFC 6531)`)
  if (facts.eightBit && !extensions.eightBitMime)
    return found('eightbit-missing', `${hop.host} does not offer 8BITMIME (RFC 6152)`)
  const most = extensions.size ?? 0
  if (most > 0 && facts.sizeBytes > most)
    return found('size-exceeded', `${hop.host} takes at most ${most} octets; the message has ${facts.sizeBytes}`)
  return undefined
}

function isVerified(tls: Session['tls']): boolean {
  return tls !== undefined && tls.verified !== 'none'
}

function wantsSmtpUtf8({ facts, reversePath, recipients }: Transaction): boolean {
  if (facts.smtpUtf8 || (reversePath !== null && needsSmtpUtf8(reversePath))) return true
  return recipients.some(recipient => needsSmtpUtf8(recipient.address))
}

function mailLine({ extensions, tls }: Session, transaction: Transaction): string {
  const { facts, ret, envid } = transaction
  const smtpUtf8 = wantsSmtpUtf8(transaction)
  return mail(transaction.reversePath, {
    ...(extensions.size === undefined ? {} : { size: facts.sizeBytes }),
    eightBit: (facts.eightBit || smtpUtf8) && extensions.eightBitMime,
    smtpUtf8,
    requireTls: transaction.requireTls && extensions.requireTls && isVerified(tls),
    ...(extensions.dsn && ret !== undefined ? { ret } : {}),
    ...(extensions.dsn && envid !== undefined ? { envid } : {}),
  })
}

/** One run through MAIL, RCPT and DATA. */
class MailTransaction {
  readonly #session: Session
  readonly #transaction: Transaction
  readonly #answers: RecipientAnswer[]
  /** Indexes of recipients that RCPT accepted. */
  readonly #accepted: number[] = []
  #farewell: Reply | undefined

  constructor(session: Session, transaction: Transaction, answers: RecipientAnswer[]) {
    this.#session = session
    this.#transaction = transaction
    this.#answers = answers
  }

  /** The server said 421. RFC 5321 §4.2.3 */
  get closing(): boolean {
    return this.#farewell !== undefined
  }

  async run(): Promise<void> {
    const { wire, extensions, timeouts } = this.#session
    const pipelined = extensions.pipelining
    this.#transaction.nearFinalDot?.()
    if (pipelined) wire.send(this.#envelope())
    if (this.#session.needsReset) await this.#reset(pipelined)
    if (!pipelined) wire.send(mailLine(this.#session, this.#transaction))
    const toMail = await this.#reply('mail', timeouts.mailMs)
    if (toMail.code >= 400) this.#answerAll('mail', toMail)
    else if (toMail.code >= 300) throw unexpected('mail', 'MAIL', toMail)
    if (toMail.code >= 400 && !pipelined) return

    for (const recipient of this.#transaction.recipients) {
      if (!pipelined) wire.send(this.#rcpt(recipient))
      const reply = await this.#reply('rcpt', timeouts.rcptMs)
      // After a refused MAIL this is a 503 about the order of commands.
      if (toMail.code >= 400) continue
      if (reply.code < 300) this.#accepted.push(recipient.index)
      else if (reply.code < 400) throw unexpected('rcpt', 'RCPT', reply)
      else this.#answer(recipient.index, 'rcpt', reply)
    }
    if (this.#accepted.length === 0 && !pipelined) return

    if (!pipelined) wire.send(DATA)
    const toData = await this.#reply('data', timeouts.dataMs)
    if (this.#accepted.length === 0) return this.#endEmpty(toData)
    if (toData.code >= 400) return this.#answerAccepted('data', toData)
    if (toData.code !== 354) throw unexpected('data', 'DATA', toData)
    await this.#sendMessage()
  }

  /** Whether the loss is explained by a 421, which then is the answer for everyone left. */
  answeredByClosing(error: unknown): boolean {
    if (this.#farewell === undefined || !(error instanceof SmtpError)) return false
    const { stage } = error
    const gone = error.loss?.code === 'closed' || error.loss?.code === 'reset' || error.loss?.code === 'timeout'
    if (!gone || stage === 'body' || stage === 'final-dot') return false
    const known = new Set(this.#answers.map(answer => answer.recipient))
    for (const { index } of this.#transaction.recipients) {
      if (!known.has(index)) this.#answer(index, stage, this.#farewell)
    }
    return true
  }

  /** RFC 2920 §3.1: everything up to DATA in one group. */
  #envelope(): string {
    let text = this.#session.needsReset ? RSET : ''
    text += mailLine(this.#session, this.#transaction)
    for (const recipient of this.#transaction.recipients) text += this.#rcpt(recipient)
    return text + DATA
  }

  #rcpt(recipient: JobRecipient): string {
    return rcpt(recipient.address, this.#session.extensions.dsn ? recipient : undefined)
  }

  async #reset(pipelined: boolean): Promise<void> {
    const { wire, timeouts } = this.#session
    if (!pipelined) wire.send(RSET)
    const reply = await this.#reply('mail', timeouts.mailMs)
    if (reply.code !== 250) throw refused('mail', reply)
  }

  /** RFC 2920 §3.1: a server may say 354 although it accepted nobody; a lone dot then sends nothing to nobody. */
  async #endEmpty(toData: Reply): Promise<void> {
    const { wire, timeouts } = this.#session
    if (toData.code !== 354) return
    wire.sendPieces(LONE_DOT)
    await this.#reply('data', timeouts.finalDotMs)
  }

  async #sendMessage(): Promise<void> {
    const { wire, timeouts } = this.#session
    const last = wire.spoken ? undefined : await this.#sendBlocks(piecesOf(this.#transaction.content))
    // A server that speaks before it has the whole message has answered for it, and follows us no more.
    const early = last === undefined
    let leaveFinalDot: (() => void) | undefined
    if (last !== undefined) {
      leaveFinalDot = this.#transaction.enterFinalDot()
      if (leaveFinalDot === undefined) throw lost('body', 'aborted', 'the lease of the message may be over')
      wire.sendPieces([...last, FINAL_DOT])
      wire.transcript.client(`(${sizeOf(this.#transaction.content)} octets and the final dot)`)
    }
    const stage = early ? 'body' : 'final-dot'
    const reply = await this.#reply(stage, timeouts.finalDotMs)
    leaveFinalDot?.()
    if (reply.code < 400 && (early || reply.code >= 300)) throw unexpected(stage, 'the message', reply)
    this.#answerAccepted(stage, reply)
    if (early) this.#farewell ??= reply
  }

  /** Sends all but the last block; `undefined` when the server spoke before that. */
  async #sendBlocks(pieces: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<readonly Buffer[] | undefined> {
    const { wire, timeouts } = this.#session
    let kept: Buffer[] = []
    let octets = 0
    for await (const piece of pieces) {
      for (let at = 0; at < piece.length || at === 0; at += BLOCK_OCTETS) {
        const part = piece.length <= BLOCK_OCTETS ? piece : piece.subarray(at, at + BLOCK_OCTETS)
        if (octets + part.length > BLOCK_OCTETS) {
          await wire.sendBlock(kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept), 'body', timeouts.bodyMs)
          if (wire.spoken) return undefined
          kept = []
          octets = 0
        }
        kept.push(part)
        octets += part.length
      }
    }
    return kept
  }

  #reply(stage: Stage, ms: number): Reply | Promise<Reply> {
    const { wire } = this.#session
    const ready = wire.takeReply()
    return ready === undefined ? wire.reply(stage, ms).then(this.#heard) : this.#heard(ready)
  }

  readonly #heard = (reply: Reply): Reply => {
    if (reply.code === 421) this.#farewell ??= reply
    return reply
  }

  #answer(recipient: number, stage: Stage, reply: Reply): void {
    this.#answers.push({ recipient, stage, reply })
  }

  #answerAll(stage: Stage, reply: Reply): void {
    for (const { index } of this.#transaction.recipients) this.#answer(index, stage, reply)
  }

  #answerAccepted(stage: Stage, reply: Reply): void {
    for (const index of this.#accepted) this.#answer(index, stage, reply)
  }
}

function sizeOf(content: MessageContent): number {
  return Buffer.isBuffer(content) ? content.length : content.sizeBytes
}

function piecesOf(content: MessageContent): Iterable<Buffer> | AsyncIterable<Buffer> {
  return Buffer.isBuffer(content) ? dotStuffed(content) : stuffedBlocks(content)
}

async function* stuffedBlocks(content: MessageBlocks): AsyncGenerator<Buffer> {
  const stuffer = new DotStuffer()
  for await (const block of content.read()) yield* stuffer.add(block)
  yield* stuffer.end()
}

function unexpected(stage: Stage, command: string, reply: Reply): SmtpError {
  return lost(stage, 'protocol-error', `the server answered ${command} with ${reply.code}`)
}
